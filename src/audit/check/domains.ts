/** The four domains of an audit, in the order of its report. */
export const DOMAINS = [
  {
    id: 'security',
    name: 'Security',
    description: 'Secrets, dangerous calls, dependencies and pipelines that an attacker could use.',
  },
  {
    id: 'performance',
    name: 'Performance',
    description: 'Code and files that cost time, memory or bandwidth, and where change keeps happening.',
  },
  {
    id: 'edge-cases',
    name: 'Edge cases',
    description: 'Errors that vanish, tests that do not run, input that is trusted, traps of the language.',
  },
  {
    id: 'compliance',
    name: 'Compliance',
    description: 'Licences, personal data, files that a project should have and files it should not.',
  },
] as const;

export type DomainId = (typeof DOMAINS)[number]['id'];
