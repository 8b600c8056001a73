/** The only form of a claim's token. It becomes the name of a file. */
const TOKEN = /^\d{1,15}\.[0-9a-f]{1,40}$/;

export const isToken = (text: string): boolean => TOKEN.test(text);
