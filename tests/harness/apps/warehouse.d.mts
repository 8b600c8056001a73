import type { Files } from '../shop.mjs';

export function projectFiles(): Files;
export const UNITS: Files;
export const ROUNDING: Files;
