/** Filler words. */
export const FILLERS: ReadonlySet<string> = new Set(
  `a an the this that these those it its they them their there here and or but so then thus also too just very really
  is are was were be been being do does did has have had of in on at to for from by with as into onto than such which who whom
  whose what how why where will would can could i we you he she our your his her yes about per each etc e.g i.e please simply
  actually basically currently namely`.split(/\s+/),
);

export const NEGATIONS: ReadonlySet<string> = new Set(
  `not no never none nothing nobody nowhere neither nor without cannot except unless forbids forbid forbidden prohibits
  prohibited disallows disallowed lacks avoids avoid refuses denies`.split(/\s+/),
);

/** Words whose difference means different statements, but not always a contradiction. */
export const DEGREES: ReadonlySet<string> = new Set(
  'must should shall may might need only all any some every most always sometimes often usually optional'.split(
    ' ',
  ),
);

/** The word after one of these is a choice. */
export const CHOOSING: ReadonlySet<string> = new Set(
  'use uses using used via with by over through chose chosen choose picks picked prefers prefer selects selected called named'.split(
    ' ',
  ),
);

/** The word after one of these may be a choice. */
export const PLACING: ReadonlySet<string> = new Set('in on to from as at into of for is are be'.split(' '));

const GROUPS = `before after|first last|allow deny reject accept|allowed denied rejected accepted|enable disable|enabled disabled
  true false|required optional|public private|internal external|sync async|synchronous asynchronous|synchronously asynchronously
  client server|read write|reads writes|push pull|pushes pulls|stateless stateful|mutable immutable|optimistic pessimistic
  eager lazy|eagerly lazily|sequential parallel|sequentially concurrently|horizontal vertical|symmetric asymmetric|ascending descending
  minimum maximum|min max|least most|upper lower|above below|greater less|more fewer|increase decrease|increases decreases
  hourly daily weekly monthly|plaintext encrypted|hard soft|inbound outbound|input output|locked unlocked|blocking non-blocking
  open closed|opens closes|present absent|success failure|succeeds fails|always never|start end|starts ends|left right|old new
  create delete|creates deletes|add remove|adds removes|encode decode|encrypt decrypt|lock unlock|grant revoke|hidden visible
  same different|parent child|source target|monolith microservices|development production staging`;

/** Words that exclude each other, by the group that they are in. */
export const OPPOSITES: ReadonlyMap<string, number> = new Map(
  GROUPS.split(/\||\n/).flatMap((group, index) =>
    group
      .trim()
      .split(' ')
      .map((word) => [word, index] as const),
  ),
);

/** Choices that are often written in lower case. */
export const TERMS: ReadonlySet<string> = new Set(
  `postgres postgresql mysql mariadb sqlite mongodb mongo redis memcached dynamodb cassandra elasticsearch opensearch kafka
  rabbitmq nats sqs sns mqtt celery sidekiq bullmq s3 gcs minio cookie cookies localstorage memory disk file files
  jwt oauth oauth2 oidc saml ldap session sessions bcrypt argon2 argon2id scrypt pbkdf2 md5 sha1 sha256 sha512 hmac rsa ecdsa aes
  rest graphql grpc soap websocket websockets http https tcp udp json xml yaml toml csv protobuf avro msgpack
  react vue svelte angular express fastify koa nestjs hono django flask fastapi rails laravel spring next nuxt
  typescript javascript python ruby go golang rust java kotlin scala swift php elixir node deno bun
  docker kubernetes k8s nomad terraform ansible nginx caddy haproxy envoy aws gcp azure cloudflare vercel heroku
  stripe paypal adyen braintree twilio sendgrid npm pnpm yarn pip poetry cargo maven gradle
  jest vitest mocha pytest junit playwright cypress zod joi prisma drizzle typeorm sequelize knex sqlalchemy
  uuid ulid nanoid cuid snowflake polling webhook webhooks cron queue stack heap fifo lifo lru lfu utc`.split(
    /\s+/,
  ),
);

/** Synonyms. */
export const ALIASES: Readonly<Record<string, string>> = {
  postgresql: 'postgres',
  mongodb: 'mongo',
  golang: 'go',
  kubernetes: 'k8s',
  'node.js': 'node',
  nodejs: 'node',
  js: 'javascript',
  ts: 'typescript',
  files: 'file',
  cookies: 'cookie',
  sessions: 'session',
  webhooks: 'webhook',
  websockets: 'websocket',
};

const SMALL = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Numbers as words. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...SMALL.map((word, value) => [word, value] as const),
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['sixty', 60],
  ['ninety', 90],
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1_000_000],
  ['once', 1],
  ['twice', 2],
  ['half', 0.5],
  ['double', 2],
  ['single', 1],
]);

const UNIT_TABLE: readonly [names: string, unit: string, factor: number][] = [
  ['ms millisecond milliseconds', 'ms', 1],
  ['s sec secs second seconds', 'ms', 1000],
  ['m min mins minute minutes', 'ms', 60_000],
  ['h hr hrs hour hours', 'ms', 3_600_000],
  ['d day days', 'ms', 86_400_000],
  ['week weeks', 'ms', 604_800_000],
  ['b byte bytes', 'byte', 1],
  ['kb kib kilobyte kilobytes', 'byte', 1024],
  ['mb mib megabyte megabytes', 'byte', 1024 ** 2],
  ['gb gib gigabyte gigabytes', 'byte', 1024 ** 3],
];

/** Base unit and factor of each unit, so that 15 minutes equal 900 seconds. */
export const UNITS: ReadonlyMap<string, { unit: string; factor: number }> = new Map(
  UNIT_TABLE.flatMap(([names, unit, factor]) =>
    names.split(' ').map((name) => [name, { unit, factor }] as const),
  ),
);
