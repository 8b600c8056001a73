import type { ReportAgent, ReportInput } from '../../../../src/run/report/report.ts';
import { coordinator, finder, gap, input } from './sample-run.ts';

const BULLETS: Record<string, string[]> = {
  a1: [
    '- [critical] SQL injection through the order filter — src/http/orders.ts:88 — The `sort` parameter is joined into the query without a list of allowed columns, so any customer can read every table.',
    '- [major] Session cookie without the `Secure` flag — src/http/session.ts:21 — Sent over plain HTTP behind the old load balancer.',
    '- [minor] Stack traces reach the client — src/http/errors.ts:14',
    '- [major] Path of an upload is taken from the request — src/http/uploads.ts:52 — `../` is not removed before `fs.writeFile`.',
    '- [minor] CORS allows any origin on the health route — src/http/health.ts:9',
  ],
  a2: [
    '- [critical] SQL injection in order filter — src/http/orders.ts:89 — Confirmed with a crafted request.',
    '- [critical] Live payment key committed — config/production.ts:7 — The key is in the history since January and must be rotated.',
    '- [minor] Default admin password in the seed data — db/seed.ts:3',
    '- [minor] Secrets are printed at debug level — src/log/format.ts:40 — The redaction list lacks `authorization`.',
  ],
  a4: [
    '- [major] Tokens never expire — src/auth/token.ts:33 — `exp` is set, but the verifier is called with `ignoreExpiration: true`.',
    '- [major] Password reset link can be used twice — src/auth/reset.ts:71',
    '- [minor] Login errors tell whether an account exists — src/auth/login.ts:45',
    '- [minor] bcrypt cost of 8 — src/auth/hash.ts:5',
  ],
  b1: [
    '- [major] Refunds are retried without an idempotency key — src/refunds/retry.ts:132 — A timeout after the provider accepted the call pays the customer twice.',
    '- [major] No timeout on the ledger client — src/ledger/client.ts:40',
    '- [minor] Back-off without jitter — src/queue/backoff.ts:9 — All consumers wake in the same second.',
    '- [minor] Webhook answers before the event is stored — src/webhooks/receive.ts:27',
  ],
  b2: [
    '- [minor] Temporary files are never removed — src/export/csv.ts:61',
    '- [minor] The job table grows without bound',
    '- [major] Half a batch stays when the process is killed — src/export/batch.ts:118 — Rows are marked as sent before they are.',
    '- [minor] Unhandled rejection in the shutdown path — src/server/stop.ts:12',
  ],
  b3: [
    '- [major] No timeout on ledger client — src/ledger/client.ts:41',
    '- [minor] Clock of the application server is used for due dates — src/invoices/due.ts:19',
    '- [minor] Money is added as floating point in the preview — src/invoices/preview.tsx:84 — 0.1 + 0.2 is shown to customers as 0.30000000000000004.',
  ],
  c1: [
    '- [major] One query an item in the invoice list — src/invoices/list.ts:57 — 400 queries for a page of 400 invoices; a join takes 12 ms.',
    '- [minor] Images are scaled at each request — src/images/scale.ts:30',
    '- [minor] Whole export is held in memory — src/export/csv.ts:22 — 1.2 GB for the largest customer.',
    '- [minor] No index on `events.created_at` — db/migrations/0031_events.sql:4',
  ],
  c2: [
    '- [major] One query per item in invoice list — src/invoices/list.ts:58',
    '- [minor] JSON is parsed twice in the middleware — src/http/body.ts:16',
    '- [minor] Regular expression with exponential time — src/search/highlight.ts:8 — `(a+)+` on user input.',
    '- [minor] Polling every 200 ms in the dashboard — web/src/dashboard/use-status.ts:11',
  ],
  d1: [
    '- [critical] `fast-xml` 3.1.2 has a known remote code execution — package.json:31 — Fixed in 3.1.4, a drop-in.',
    '- [major] 3 packages with known denial of service — package-lock.json',
    '- [minor] Two versions of the date library are shipped — package-lock.json',
  ],
  d2: [
    '- [minor] A package under AGPL-3.0 is part of the server — package.json:44',
    '- [minor] Licence file is missing in `packages/shared`',
  ],
  d3: [
    '- [minor] No test for the refund of a partial payment — src/refunds/partial.ts',
    '- [minor] 14 tests are skipped — tests/ledger/ — Since the change of the provider in March.',
    '- [minor] Snapshot tests hold dates of today — tests/invoices/render.test.ts:90',
  ],
};

const NAMES: Record<string, string> = {
  a1: 'Injection in request handlers',
  a2: 'Secrets and unsafe defaults',
  a4: 'Sign-in and sessions',
  b1: 'Retries and timeouts',
  b2: 'Data loss on a crash',
  b3: 'Dates and money',
  c1: 'Database access',
  c2: 'Hot paths',
  d1: 'Known vulnerabilities',
  d2: 'Licences',
  d3: 'Tests',
};

const DOMAINS = { a: 'security', b: 'reliability', c: 'performance', d: 'dependencies' } as const;

function domainOf(id: string): string {
  return DOMAINS[id.charAt(0) as keyof typeof DOMAINS];
}

function use(id: string): Partial<ReportAgent> {
  if (id.startsWith('d')) return { model: null };
  const model = id.startsWith('a') ? 'opus' : 'sonnet';
  return { model, costUsd: model === 'opus' ? 0.4182 : 0.1127, tokens: model === 'opus' ? 61_230 : 48_112 };
}

/** A realistic run: 4 domains, about 40 findings, 2 gaps, summaries. */
export function realisticRun(): ReportInput {
  const workers = Object.entries(BULLETS).map(([id, bullets]) =>
    finder(id, bullets, { name: NAMES[id] ?? id, domain: domainOf(id), ...use(id) }),
  );
  const lost = [
    gap('a3', {
      name: 'Authorisation checks',
      gapReason: 'it gave no valid file within 300 s',
      ...use('a3'),
    }),
    gap('c3', { name: 'Bundle size', domain: 'performance', status: 'incomplete', ...use('c3') }),
  ];
  const quiet = finder('d4', [], {
    name: 'Typings',
    domain: 'dependencies',
    text: 'All fine.',
    ...use('d4'),
  });
  const use2 = { costUsd: 0.0921, tokens: 22_018 };
  return input(
    [
      ...workers,
      ...lost,
      quiet,
      coordinator(
        'security',
        'Two findings must be fixed before the release: the order filter lets customers read other tables, and a live payment key is in the repository. Both are small changes.\n\n1. Rotate the key in `config/production.ts` today; it is in the history.\n2. Allow known columns only in `src/http/orders.ts`.\n\nAuthorisation was not looked at: its worker left no output.',
        use2,
      ),
      coordinator(
        'reliability',
        'The refund path can pay twice. Everything else can wait for the next release.',
        use2,
      ),
      coordinator(
        'performance',
        '- Invoices: one query an item, the only thing that customers feel.\n- Memory of exports: fix before the large tenant moves.',
        use2,
      ),
    ],
    {
      run: {
        id: '20260314-101500-9f3a1c07',
        task: 'Audit the payment service before the spring release',
        mode: 'audit',
        project: '/home/ana/payments',
        created: '2026-03-14T10:15:00.000Z',
      },
      domains: [
        { id: 'security', name: 'Security' },
        { id: 'reliability', name: 'Reliability' },
        { id: 'performance', name: 'Performance' },
        { id: 'dependencies', name: 'Dependencies and licences' },
      ],
    },
  );
}
