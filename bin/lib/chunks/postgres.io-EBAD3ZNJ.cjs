"use strict";
var O=Object.create;var q=Object.defineProperty;var U=Object.getOwnPropertyDescriptor;var z=Object.getOwnPropertyNames;var C=Object.getPrototypeOf,J=Object.prototype.hasOwnProperty;var T=(e,t)=>{for(var s in t)q(e,s,{get:t[s],enumerable:!0})},w=(e,t,s,n)=>{if(t&&typeof t=="object"||typeof t=="function")for(let a of z(t))!J.call(e,a)&&a!==s&&q(e,a,{get:()=>t[a],enumerable:!(n=U(t,a))||n.enumerable});return e};var g=(e,t,s)=>(s=e!=null?O(C(e)):{},w(t||!e||!e.__esModule?q(s,"default",{value:e,enumerable:!0}):s,e)),Z=e=>w(q({},"__esModule",{value:!0}),e);var V={};T(V,{openPostgresEngine:()=>P,preparePostgres:()=>S});module.exports=Z(V);var c=require("./chunk-IKFGP75V.cjs"),X=require("./chunk-GQFVFOPU.cjs"),o=require("./chunk-7RMUWXAE.cjs"),j=require("./chunk-JSD257EK.cjs"),Y=require("./chunk-CFYFLVIA.cjs"),b="sao_queue",B=`
create schema if not exists sao;
create table if not exists sao.version (version int not null);
insert into sao.version select 1 where not exists (select from sao.version);
create table if not exists sao.queue (name text primary key, head bigint not null default 0);
create table if not exists sao.batch (
  queue text not null references sao.queue, seq bigint not null, at bigint not null, events text not null,
  primary key (queue, seq));
create table if not exists sao.lease (
  queue text not null references sao.queue, token text not null, task text not null, executor text not null,
  since bigint not null, until bigint not null, process text, primary key (queue, token));
create table if not exists sao.snapshot (
  queue text primary key references sao.queue, seq bigint not null, body text not null);`,D=`
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
  perform pg_notify('${b}', q);
  return json_build_object('ok', true, 'at', moment, 'leases', sao.leases(q));
end $$;

create or replace function sao.renew(q text, given text, ms bigint) returns bigint language sql volatile as $$
  update sao.lease set until = sao.now_ms() + ms where queue = q and token = given returning until $$;

create or replace function sao.keep(q text, upto bigint, given text) returns void language sql volatile as $$
  insert into sao.snapshot values (q, upto, given)
  on conflict (queue) do update set seq = excluded.seq, body = excluded.body where sao.snapshot.seq < excluded.seq $$;`,F=`select pg_advisory_xact_lock(hashtextextended('sao schema', 0));${B}
${D}`,_=2e4;async function P(e,t){let s=(await Promise.resolve().then(()=>g(require("./src-2YFR6GGJ.cjs")))).default;return new H(s(e.url,x(e)),e,t)}async function S(e,t){let s=(await Promise.resolve().then(()=>g(require("./src-2YFR6GGJ.cjs")))).default,n=s(e.url,x(e));try{await u(e,async()=>{await n.unsafe(F).simple();let[a]=await n`select version from sao.version`;k(e,a?.version),await n`insert into sao.queue (name) values (${t}) on conflict do nothing`})}finally{await n.end({timeout:1})}}function x({ssl:e,rootCertificate:t,connectSeconds:s}){return{max:1,connect_timeout:s,onnotice:()=>{},fetch_types:!1,ssl:e==="off"?!1:e==="verify"?G(t):e,connection:{application_name:"sao",statement_timeout:_}}}function G(e){if(e===void 0||e==="system")return{rejectUnauthorized:!0};try{return{rejectUnauthorized:!0,ca:(0,j.e)(e)}}catch(t){throw(0,o.j)(t,e,"read the certificates of sslrootcert")}}var H=class{sql;place;queue;constructor(e,t,s){this.sql=e,this.place=t,this.queue=s}async read(e,t){let{sql:s,place:n,queue:a}=this,[i]=await u(n,()=>s`select sao.read(${a}, ${e}, ${t??null}) as answer`),{missing:r,version:f,fresh:h,snapshot:d}=$(i);if(r)throw p(n,a);return k(n,f),{...m(h),...d&&{snapshot:d}}}async append(e,{seenAt:t,events:s,take:n,drop:a=[],dropIfExpired:i=[]}){let{sql:r,place:f,queue:h}=this,d=n?JSON.stringify(n):null,A=s.some(({type:E})=>!I.has(E)),[N]=await u(f,()=>r`select sao.append(${h}, ${e}, ${t??null}, ${JSON.stringify(s)}, ${d}, ${y(a)}::text[], ${y(i)}::text[], ${A}) as answer`),l=$(N);if(l.missing)throw p(f,h);if(l.why)return{ok:!1,why:l.why,...m(l.fresh)};let{leases:R}=m({batches:[],now:0,leases:l.leases});return{ok:!0,seq:e+1,at:l.at,leases:R}}async renew(e,t){let{sql:s,place:n,queue:a}=this,[i]=await u(n,()=>s`select sao.renew(${a}, ${e}, ${t}) as until`),r=i?.until;return r==null?"taken":Number(r)}async keep({seq:e,text:t}){let{sql:s,place:n,queue:a}=this;await u(n,()=>s`select sao.keep(${a}, ${e}, ${t})`)}watch(e){let t=this.sql.listen(b,s=>{s===this.queue&&e()});return t.catch(()=>{}),()=>{t.then(({unlisten:s})=>s()).catch(()=>{})}}async close(){await this.sql.end({timeout:1})}};function $(e){return e?.answer}var y=e=>`{${e.filter(c.f).join(",")}}`,I=new Set(["claimed","expired","executor-seen","escalated"]);function m({leases:e,isReset:t,...s}){let n=e.map(({process:a,...i})=>a?{...i,process:a}:i);return{...s,leases:n,...t&&{isReset:t}}}async function u(e,t){let s,n=new Promise((a,i)=>{s=setTimeout(()=>i(v(e,"it did not answer in time")),_)});try{return await Promise.race([t(),n])}catch(a){throw M(e,a)}finally{clearTimeout(s)}}var K=new Set(["3F000","42P01","42883"]),L=/^(?:08|28|3D|53|57P)/;function M(e,t){if(t instanceof o.e)return t;let{code:s,message:n=""}=t;if(s===void 0)throw t;return K.has(s)?p(e,"in this database"):!(/^[0-9A-Z]{5}$/.test(s)&&!/^[A-Z]+$/.test(s))||L.test(s)?v(e,Q(s,n)):new o.e((0,o.b)({code:"queue-engine-failed",message:`the database refused the call: ${n.slice(0,300)} (${s})`,target:e.shown,fix:"check the rights of the database user on the schema sao, then run the same command again"}))}var Q=(e,t)=>`${t.slice(0,200)||"no connection"} (${e})`;function v({shown:e},t){return new o.e((0,o.b)(c.g.unreachable(e,t)))}function p({shown:e},t){return new o.e((0,o.b)({code:"queue-missing",message:`the database has no queue ${t}`,target:e,fix:"create it: sao queue init --engine postgres://\u2026"}))}function k({shown:e},t){if(t!==1)throw new o.e((0,o.b)(c.g.version(e,t)))}0&&(module.exports={openPostgresEngine,preparePostgres});
