/** The four domains of an audit, in the order of its report. */
export const DOMAINS = [
  {
    id: 'security',
    name: 'Security',
    description: 'Secrets, dangerous calls, dependencies and pipelines that an attacker could exploit.',
  },
  {
    id: 'performance',
    name: 'Performance',
    description: 'Code and files that cost time, memory or bandwidth, and files that change often.',
  },
  {
    id: 'edge-cases',
    name: 'Edge cases',
    description: 'Lost errors, tests that do not run, unchecked input, pitfalls of the language.',
  },
  {
    id: 'compliance',
    name: 'Compliance',
    description: 'Licences, personal data, missing project files and files that should not be committed.',
  },
] as const;

export type DomainId = (typeof DOMAINS)[number]['id'];
