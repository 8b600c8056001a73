/** Increase it with every change of the tables or functions; an engine of another version is refused. */
export const SCHEMA_VERSION = 1;

/** Channel on which each new batch is announced, with the queue's name. */
export const CHANNEL = 'sao_queue';

const TABLES = `
create schema if not exists sao;
create table if not exists sao.version (version int not null);
insert into sao.version select ${SCHEMA_VERSION} where not exists (select from sao.version);
create table if not exists sao.queue (name text primary key, head bigint not null default 0);
create table if not exists sao.batch (
  queue text not null references sao.queue, seq bigint not null, at bigint not null, events text not null,
  primary key (queue, seq));
create table if not exists sao.lease (
  queue text not null references sao.queue, token text not null, task text not null, executor text not null,
  since bigint not null, until bigint not null, process text, primary key (queue, token));
create table if not exists sao.snapshot (
  queue text primary key references sao.queue, seq bigint not null, body text not null);`;

/** Each function is one statement to its caller, so one network round trip. Times are in ms since the epoch, by the server's clock. */
const FUNCTIONS = `
create or replace function sao.now_ms() returns bigint language sql volatile as
$$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create or replace function sao.leases(q text) returns json language sql volatile as $$
  select coalesce(json_agg(json_build_object('token', token, 'task', task, 'executor', executor, 'since', since,
    'until', until, 'process', process::json) order by token), '[]') from sao.lease where queue = q $$;

create or replace function sao.is_lost(q text, seen bigint, seen_at bigint) returns boolean language sql volatile as $$
  select seen > 0 and seen_at is not null
    and (select at from sao.batch where queue = q and seq = seen) is distinct from seen_at $$;

create or replace function sao.fresh(q text, seen bigint, seen_at bigint) returns json language sql volatile as $$
  select json_build_object('isReset', sao.is_lost(q, seen, seen_at),
    'batches', coalesce((select json_agg(json_build_object('seq', seq, 'at', at, 'events', events::json) order by seq)
      from sao.batch where queue = q and (seq > seen or sao.is_lost(q, seen, seen_at))), '[]'),
    'leases', sao.leases(q), 'now', sao.now_ms()) $$;

create or replace function sao.read(q text, seen bigint, seen_at bigint) returns json language plpgsql volatile as $$
declare kept sao.snapshot;
begin
  if not exists (select from sao.queue where name = q) then return json_build_object('missing', true); end if;
  if seen = 0 then select * into kept from sao.snapshot where queue = q; end if;
  return json_build_object('version', (select version from sao.version), 'fresh', sao.fresh(q, coalesce(kept.seq, seen), seen_at),
    'snapshot', case when kept.seq is null then null else json_build_object('seq', kept.seq, 'text', kept.body) end);
end $$;

create or replace function sao.append(q text, seen bigint, seen_at bigint, new_events text, taken text, dropped text[], expired text[],
  durable boolean) returns json language plpgsql volatile as $$
declare known bigint; moment bigint; new_lease json := taken::json;
begin
  perform pg_advisory_xact_lock(hashtextextended('sao queue ' || q, 0));
  if not durable then perform set_config('synchronous_commit', 'off', true); end if;
  select head into known from sao.queue where name = q;
  if known is null then return json_build_object('missing', true); end if;
  if known <> seen or sao.is_lost(q, seen, seen_at) then
    return json_build_object('why', 'missed', 'fresh', sao.fresh(q, seen, seen_at));
  end if;
  perform from sao.lease where queue = q and token = any(expired) for update;
  moment := sao.now_ms();
  if exists (select from sao.lease where queue = q and token = any(expired) and until > moment) then
    return json_build_object('why', 'renewed', 'fresh', sao.fresh(q, seen, seen_at));
  end if;
  insert into sao.batch values (q, seen + 1, moment, new_events);
  update sao.queue set head = seen + 1 where name = q;
  delete from sao.lease where queue = q and (token = any(expired) or token = any(dropped));
  if new_lease is not null then
    insert into sao.lease values (q, new_lease->>'token', new_lease->>'task', new_lease->>'executor', moment,
      moment + (new_lease->>'ms')::bigint, new_lease->>'process');
  end if;
  perform pg_notify('${CHANNEL}', q);
  return json_build_object('ok', true, 'at', moment, 'leases', sao.leases(q));
end $$;

create or replace function sao.renew(q text, given text, ms bigint) returns bigint language sql volatile as $$
  update sao.lease set until = sao.now_ms() + ms where queue = q and token = given returning until $$;

create or replace function sao.keep(q text, upto bigint, given text) returns void language sql volatile as $$
  insert into sao.snapshot values (q, upto, given)
  on conflict (queue) do update set seq = excluded.seq, body = excluded.body where sao.snapshot.seq < excluded.seq $$;`;

/** Makes the tables and functions of all queues of a database; running it again changes nothing. */
export const SCHEMA = `select pg_advisory_xact_lock(hashtextextended('sao schema', 0));${TABLES}\n${FUNCTIONS}`;
