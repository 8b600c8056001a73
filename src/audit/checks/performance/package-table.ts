/** Heavy or deprecated packages, each with the reason and its replacement. */
export const HEAVY: Record<string, string | undefined> = {
  moment: 'It has 290 KB with all locales and is no longer developed; use Intl, date-fns or dayjs.',
  'moment-timezone': 'It bundles time zones that the platform already has; use Intl, or Luxon.',
  request: 'It is deprecated since 2020 and installs 45 packages; use fetch.',
  'request-promise': 'It is deprecated since 2020; use fetch.',
  'request-promise-native': 'It is deprecated since 2020; use fetch.',
  'aws-sdk':
    'Version 2 loads every service and is no longer supported; use the @aws-sdk/client-* packages that you need.',
  'node-sass': 'It is deprecated and compiles native code on each install; use sass.',
  'babel-polyfill':
    'It is deprecated and patches features for browsers that are no longer in use; import the parts of core-js that you need.',
  '@babel/polyfill':
    'It is deprecated and patches features for browsers that are no longer in use; import the parts of core-js that you need.',
  'left-pad': 'The language has this function; use String.prototype.padStart.',
  'is-odd': 'It installs three packages for one operator; write the expression.',
  'is-even': 'It installs four packages for one operator; write the expression.',
  bluebird: 'Native promises are faster and have the same methods; use native promises.',
  tslint: 'It is deprecated since 2019; use ESLint with typescript-eslint, or Biome.',
  'core-js-pure':
    'It is for libraries that must not patch globals; in an application, import the parts of core-js that you need.',
  popper: 'The package was renamed; use @floating-ui/dom.',
  'popper.js': 'The package was renamed; use @floating-ui/dom.',
};

/** Tools that no program needs at run time. */
export const DEVELOPMENT_ONLY =
  /^(?:eslint|eslint-.+|prettier|jest|ts-jest|mocha|chai|sinon|vitest|cypress|@playwright\/test|nodemon|husky|lint-staged|ts-node|typedoc|rimraf|webpack-dev-server|@storybook\/.+|@testing-library\/.+|@types\/(?!node$).+)$/;
