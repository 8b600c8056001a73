/** Packages that cost more than they give today, and what takes their place. */
export const HEAVY: Record<string, string | undefined> = {
  moment: '290 KB with every language, no longer developed; use Intl, date-fns or dayjs.',
  'moment-timezone': 'It carries all time zones of a platform that has them; use Intl, or Luxon.',
  request: 'Deprecated since 2020, with 45 packages below it; use fetch.',
  'request-promise': 'Deprecated since 2020; use fetch.',
  'request-promise-native': 'Deprecated since 2020; use fetch.',
  'aws-sdk': 'Version 2 loads every service and is at its end; use the @aws-sdk/client-* you need.',
  'node-sass': 'Deprecated, and built with a compiler on each install; use sass.',
  'babel-polyfill': 'Deprecated; it patches everything for browsers that are gone; use core-js by need.',
  '@babel/polyfill': 'Deprecated; it patches everything for browsers that are gone; use core-js by need.',
  'left-pad': 'Use String.prototype.padStart.',
  'is-odd': 'One operator, three packages; write it out.',
  'is-even': 'One operator, four packages; write it out.',
  bluebird: 'Native promises are faster and have the same methods; use them.',
  tslint: 'Deprecated since 2019; use ESLint with typescript-eslint, or Biome.',
  'core-js-pure': 'Only for libraries that must not patch globals; an application needs core-js by need.',
  popper: 'Renamed; use @floating-ui/dom.',
  'popper.js': 'Renamed; use @floating-ui/dom.',
};

/** Tools that no program needs when it runs. */
export const DEVELOPMENT_ONLY =
  /^(?:eslint|eslint-.+|prettier|jest|ts-jest|mocha|chai|sinon|vitest|cypress|@playwright\/test|nodemon|husky|lint-staged|ts-node|typedoc|rimraf|webpack-dev-server|@storybook\/.+|@testing-library\/.+|@types\/(?!node$).+)$/;
