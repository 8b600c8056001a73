/** Length of an IBAN by country code, from the IBAN registry. */
const IBAN_LENGTHS: Record<string, number> = Object.fromEntries(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 XK20'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Sample numbers from the documentation of banks and card brands. */
const SAMPLE_IBANS =
  /^(?:DE89370400440532013000|DE75512108001245126199|GB82WEST12345698765432|GB29NWBK60161331926819|GB33BUKB20201555555555|FR1420041010050500013M02606|FR7630006000011234567890189|NL91ABNA0417164300|NL02ABNA0123456789|ES9121000418450200051332|IT60X0542811101000000123456|BE68539007547034|BE71096123456769|CH9300762011623852957|CH5604835012345678009|AT611904300234573201|AT483200000012345864|IE29AIBK93115212345678|PL61109010140000071219812874|SE4550000000058398257466|PT50000201231234567890154|DK5000400440116243|NO9386011117947|FI2112345600000785|LU280019400644750000|SA0380000000608010167519)$/;

const SAMPLE_CARDS =
  /^(?:4(?:1{15}|2424242424242424|012888888881881|000\d{12}|2{12})|4242424242424242|4111111111111111|5555555555554444|5200828282828210|5105105105105100|2223003122003222|2221000000000009|378282246310005|371449635398431|378734493671000|6011111111111117|6011000990139424|30569309025904|38520000023237|3056930009020004|36227206271667|3530111333300000|3566002020360505|6200000000000005|5019717010103742|6331101999990016)$/;

/** Returns whether a text is an IBAN with valid check digits and not a known sample. */
export function isIban(text: string): boolean {
  const iban = text.replace(/\s/g, '').toUpperCase();
  if (IBAN_LENGTHS[iban.slice(0, 2)] !== iban.length || SAMPLE_IBANS.test(iban)) return false;
  return remainder97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

// The remainder of a long number divided by 97; letters have the values A = 10 to Z = 35.
function remainder97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

const BRANDS =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|5\d{2})\d{12})$/;

/** Returns whether a text is a card number of a known brand with a valid check digit and not a known test number. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!BRANDS.test(digits) || SAMPLE_CARDS.test(digits) || /(\d)\1{6}|0123456|1234567/.test(digits))
    return false;
  return isLuhn(digits);
}

/** Returns whether the check digit of a number is valid by the Luhn algorithm. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Returns whether a US social security number can have been issued and is not a known sample. */
export function isSocialSecurity(text: string): boolean {
  const [area = '', group = '', serial = ''] = text.split('-');
  if (/^(?:000|666|9\d\d)$/.test(area) || group === '00' || serial === '0000') return false;
  return !/^(?:123-45-6789|078-05-1120|219-09-9999|111-11-1111|987-65-4321)$/.test(text);
}
