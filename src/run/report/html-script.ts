/**
 * The page's one script: it shows the search field, hides the findings that do not match it, and opens the groups of those that do. It holds no text of
 * a report. The page's policy allows it by its hash.
 */
export const SCRIPT = `(() => {
  const box = document.querySelector('.search');
  if (!box) return;
  const field = document.getElementById('search');
  const shown = document.getElementById('matches');
  const groups = [...document.querySelectorAll('.group')].map((group) => ({
    group,
    details: group.querySelector('details'),
    wasOpen: group.querySelector('details').open,
    head: group.querySelector('summary').textContent.toLowerCase(),
    rows: [...group.querySelectorAll('.finding')].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const apply = () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const { group, details, wasOpen, head, rows } of groups) {
      let hits = 0;
      for (const { row, text } of rows) {
        const isHit = words.every((word) => head.includes(word) || text.includes(word));
        row.classList.toggle('miss', !isHit);
        hits += isHit ? 1 : 0;
      }
      group.classList.toggle('miss', hits === 0);
      details.open = words.length > 0 ? hits > 0 && hits <= 50 : wasOpen;
      count += hits;
    }
    shown.textContent = words.length > 0 ? count + (count === 1 ? ' match' : ' matches') : '';
  };
  field.addEventListener('input', apply);
  box.hidden = false;
})();`;
