/** What a limit of an account is called. Other limits, such as of recursion or context, are no refusals. */
const LIMIT_NAME =
  "(?:(?:claude|ai|max|pro|team|your|the|specified|free|premium|org(?:anization)?(?:[’']s)?|account|plan|api|usage|session|daily|weekly|monthly|spend(?:ing)?|5-hour|five-hour|rate|requests?|tokens?|(?:haiku|sonnet|opus|fable)(?: \\d+(?:\\.\\d+)?)?) ){1,6}";

/** What is used up. */
const LIMIT = '(?:limits?|cap|budget|quota|allowance)';

/** Words before a quota or credits, such as `your current` or `premium request`. */
const QUOTA_NAME = '(?:[\\w-]+ ){0,4}(?:quota|capacity|allowance|credits)';

/** Whole forms of services, each from the beginning of a line: a limit of an account or of its plan, used up, not busy. */
export const USAGE = [
  new RegExp(
    `^(?!(?:\\w+ ){0,2}rate )${LIMIT_NAME}${LIMIT} (?:has been |was )?(?:reached|exceeded|exhausted|hit)\\b(?! for (?!\\d))`,
    'i',
  ),
  new RegExp(
    `^you(?:[’']ve| have| \\([\\w.@-]{1,60}\\) have) (?:hit|reached|exceeded|used up) (?:${LIMIT_NAME})${LIMIT}\\b`,
    'i',
  ),
  new RegExp(`^(?:you(?:[’']ve| have) )?(?:hit|reached) (?:${LIMIT_NAME})${LIMIT}\\b.{0,80}\\breset`, 'i'),
  new RegExp(`^${LIMIT_NAME}${LIMIT}\\b.{0,80}\\breset`, 'i'),
  /^you(?:[’']re| are) out of (?:extra )?(?:usage|credits|quota)\b/i,
  new RegExp(
    `^(?:you(?:[’']ve| have)? )?(?:exhausted|exceeded|used up|used all of) your ${QUOTA_NAME}\\b(?!.{0,200}\\b(?:check your plan|insufficient_quota))`,
    'i',
  ),
  /^(?:your |free )?(?:allocated )?quota\b.{0,60}\b(?:exceeded|exhausted|used up)\b/i,
  /^no (?:\w+ ){0,2}(?:quota|credits|usage|requests) (?:left|remaining)\b(?=[:.,·]|$)/i,
  /^you are using a trial key, which is limited to\b/i,
  /^your team .{1,120} (?:used all available credits|reached its monthly spending limit)\b/i,
];

/** A limit of so short a time that its service is only busy. */
export const SHORT_LIMIT = /(?<![a-z])per[\s_-]?(?:second|minute|min)(?![a-z])/i;

/** A limit of so long a time that it is used up, in the words of a busy service. */
export const LONG_LIMIT = /(?<![a-z])per[\s_-]?(?:day|week|month)(?![a-z])/i;

/** Whole forms of a busy service. */
export const BLIP = [
  /^(?:requests? |tokens? )?rate.?limit(?:s|ed)?(?: (?:reached|exceeded|hit|error))?\b(?!\w)/i,
  /^too many requests\b/i,
  /^overloaded(?:_error)?\b/i,
  /^(?:the )?(?:server|service|model|engine|api) is (?:currently |temporarily )?(?:overloaded|limiting requests)\b/i,
  /^this request would exceed your (?:account|organization)[’']s rate limit\b/i,
  /^(?:request rejected \(|repeated |exceeded retry limit, last status: |unexpected status |HTTP(?:\/[\d.]+)?[\s:]{1,2}|status(?: code)?[\s:=]{1,2}|(?:error )?code[\s:=]{1,2})?(?:429|529)\b(?! \w+ (?:passed|failed|tests))/i,
  /"type"\s*:\s*"(?:rate_limit_error|overloaded_error)"/,
  /^(?:\w+: )?RESOURCE_EXHAUSTED\b|"status"\s*:\s*"RESOURCE_EXHAUSTED"/,
  /^resource has been exhausted\b/i,
  /^you (?:have )?exceeded your current quota\b.{0,400}\bretry in\b/i,
  /^quota exceeded for\b/i,
  /^(?:aws )?(?:throttling|toomanyrequests|servicequotaexceeded)exception\b/i,
  /^an error occurred \((?:throttling|toomanyrequests|servicequotaexceeded)exception\)/i,
  /^requests to the .{1,200} have exceeded (?:the )?(?:call|token|request) rate limit\b/i,
  /^(?:tokens?|requests?) per (?:second|minute|hour|day) limit exceeded\b/i,
  /^service tier capacity exceeded\b/i,
  /^your account .{1,120} request reached (?:organization )?max (?:RPM|TPM|RPD|TPD|concurrency)\b/i,
];

/** What a human has to change, with the whole forms by which each cause is known. The first that matches counts. */
export const PERMANENT: readonly { cause: string; statuses: readonly number[]; words: readonly RegExp[] }[] =
  [
    {
      cause: 'no credit',
      statuses: [402],
      words: [
        /^(?:your )?credit balance (?:is )?too low\b/i,
        /^insufficient (?:credits?|funds|balance|quota)\b/i,
        /^you (?:have )?exceeded your current quota\b(?!.{0,400}\bretry in\b).{0,200}\b(?:check your plan|insufficient_quota)/i,
        /^this request requires more credits\b/i,
        /^insufficient_quota\b|"(?:code|type)"\s*:\s*"insufficient_quota"/,
      ],
    },
    {
      cause: 'not logged in',
      statuses: [401],
      words: [
        /^(?:401 )?invalid (?:x-)?api.?key(?:\s*[·.]|$)/i,
        /^incorrect api key provided\b/i,
        /^authentication_error\b|"type"\s*:\s*"authentication_error"/i,
        /^please run \/login\b/i,
        /^(?:not logged in|login expired|session expired)(?:\s*[·.]|$)/i,
        /^oauth token (?:has )?(?:been )?(?:expired|revoked)\b/i,
        /^401 (?:\{|unauthorized$)/i,
      ],
    },
    {
      cause: 'model not available',
      statuses: [],
      words: [
        /^there[’']s an issue with the selected model\b/i,
        /^(?:the )?model [`'"][^`'"]{1,80}[`'"] (?:does not exist|was not found|not found, try pulling)/i,
        /^(?:not_found_error|model_not_found)\b.{0,40}\bmodel\b|"type"\s*:\s*"not_found_error".{0,60}"model: /i,
      ],
    },
    {
      cause: 'no permission',
      statuses: [403],
      words: [
        /^permission_error\b|"type"\s*:\s*"permission_error"/i,
        /^(?:this|your) organization has been disabled\b/i,
        /^(?:(?:your|this|the) )?account (?:(?!page)[\w.-]{1,60} )?(?:has been|is|was) (?:temporarily )?(?:disabled|suspended|deactivated|terminated)\b(?=[:.,·]|$)/i,
        /^access denied, please make sure your account is in good standing\b/i,
      ],
    },
  ];
