/**
 * How often a hazard test repeats: few times by default, `SAO_HAZARD_SCALE=full` for the full count, a number to multiply.
 */
export function scaled(few: number, full: number): number {
  const scale = process.env.SAO_HAZARD_SCALE;
  if (scale === 'full') return full;
  return Math.min(full, Math.ceil(few * (Number(scale) || 1)));
}

export const isFullScale = process.env.SAO_HAZARD_SCALE === 'full';
