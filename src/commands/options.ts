import * as z from 'zod';

/** An option that takes a whole number above 0. */
export const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, { error: 'must be a whole number above 0' })
  .transform(Number);
