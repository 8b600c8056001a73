/** What of a terminal is needed to draw a block of lines over the last one. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** Draws a block in place of the one before; nothing at all where there is no terminal. */
export function createRedraw(terminal: Terminal): (draw: (width: number) => string) => void {
  let drawn = 0;
  return (draw) => {
    if (terminal.isTTY !== true) return;
    const { columns = 80, rows = 24 } = terminal;
    // A block higher than the screen could not be reached again with the cursor.
    const lines = draw(columns - 1)
      .split('\n')
      .slice(0, rows - 1);
    const text = lines.join('\n');
    const back = drawn > 0 ? `\u001b[${drawn}A\r\u001b[J` : '';
    drawn = text === '' ? 0 : lines.length;
    terminal.write(`${back}${text === '' ? '' : `${text}\n`}`);
  };
}
