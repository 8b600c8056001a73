/** The parts of a terminal stream that drawing needs. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** Returns a function that draws a block of lines over the previous block. Without a terminal it draws nothing. */
export function createRedraw(terminal: Terminal): (draw: (width: number) => string) => void {
  let drawn = 0;
  return (draw) => {
    if (terminal.isTTY !== true) return;
    const { columns = 80, rows = 24 } = terminal;
    // Cut the block to the height of the screen, because the cursor cannot move above the screen.
    const lines = draw(columns - 1)
      .split('\n')
      .slice(0, rows - 1);
    const text = lines.join('\n');
    const back = drawn > 0 ? `\u001b[${drawn}A\r\u001b[J` : '';
    drawn = text === '' ? 0 : lines.length;
    terminal.write(`${back}${text === '' ? '' : `${text}\n`}`);
  };
}
