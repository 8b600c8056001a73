/** A phrase that only this licence contains. If two phrases match at the same offset, the earlier entry wins. */
const TEXTS: readonly [id: string, pattern: RegExp][] = [
  ['AGPL-3.0', /GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['LGPL-3.0', /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['LGPL-2.1', /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/i],
  ['GPL-3.0', /GNU GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['GPL-2.0', /GNU GENERAL PUBLIC LICENSE\s+Version 2/i],
  ['MPL-2.0', /Mozilla Public License,? Version 2\.0|^Mozilla Public License Version 2\.0/im],
  ['EPL-2.0', /Eclipse Public License - v 2\.0/i],
  ['Apache-2.0', /Apache License\s+Version 2\.0/i],
  ['BUSL-1.1', /Business Source License 1\.1/i],
  ['SSPL-1.0', /Server Side Public License/i],
  ['Elastic-2.0', /Elastic License 2\.0/i],
  ['BSL-1.0', /Boost Software License - Version 1\.0/i],
  ['Unlicense', /This is free and unencumbered software released into the public domain/i],
  ['CC0-1.0', /CC0 1\.0 Universal/i],
  [
    '0BSD',
    /BSD Zero Clause|Permission to use, copy, modify, and\/or distribute this software for any\s+purpose with or without fee is hereby granted\.\s/i,
  ],
  [
    'ISC',
    /Permission to use, copy, modify, and(?:\/or)? distribute this software for any\s+purpose with or without fee is hereby granted, provided/i,
  ],
  ['BSD-3-Clause', /Redistribution and use in source and binary forms[\s\S]{0,1500}Neither the name/i],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/i],
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining a copy/i],
];

/** Returns the SPDX id of the first licence in a text, without `-only` or `-or-later`; licences of bundled packages follow it. */
export function detectLicence(text: string): string | undefined {
  const found = TEXTS.map(([id, pattern]) => ({ id, at: text.search(pattern) })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0]?.id;
}
