"use strict";
var U=Object.create;var d=Object.defineProperty;var z=Object.getOwnPropertyDescriptor;var A=Object.getOwnPropertyNames;var C=Object.getPrototypeOf,E=Object.prototype.hasOwnProperty;var J=(e,t)=>{for(var s in t)d(e,s,{get:t[s],enumerable:!0})},q=(e,t,s,n)=>{if(t&&typeof t=="object"||typeof t=="function")for(let a of A(t))!E.call(e,a)&&a!==s&&d(e,a,{get:()=>t[a],enumerable:!(n=z(t,a))||n.enumerable});return e};var w=(e,t,s)=>(s=e!=null?U(C(e)):{},q(t||!e||!e.__esModule?d(s,"default",{value:e,enumerable:!0}):s,e)),Z=e=>q(d({},"__esModule",{value:!0}),e);var R={};J(R,{openPostgresEngine:()=>P,preparePostgres:()=>S});module.exports=Z(R);var c=require("./chunk-NWYCIPPM.cjs"),W=require("./chunk-GQFVFOPU.cjs"),k=require("./chunk-S2T2XN2O.cjs"),o=require("./chunk-OA6MH2PJ.cjs"),X=require("./chunk-CFYFLVIA.cjs"),j=require("node:fs"),g="sao_queue",B=`
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

create or replace function sao.fresh(q text, seen bigint) returns json language sql volatile as $$
  select json_build_object(
    'batches', coalesce((select json_agg(json_build_object('seq', seq, 'at', at, 'events', events::json) order by seq)
      from sao.batch where queue = q and seq > seen), '[]'),
    'leases', sao.leases(q), 'now', sao.now_ms()) $$;

create or replace function sao.read(q text, seen bigint) returns json language plpgsql volatile as $$
declare kept sao.snapshot;
begin
  if not exists (select from sao.queue where name = q) then return json_build_object('missing', true); end if;
  if seen = 0 then select * into kept from sao.snapshot where queue = q; end if;
  return json_build_object('version', (select version from sao.version), 'fresh', sao.fresh(q, coalesce(kept.seq, seen)),
    'snapshot', case when kept.seq is null then null else json_build_object('seq', kept.seq, 'text', kept.body) end);
end $$;

create or replace function sao.append(q text, seen bigint, new_events text, taken text, dropped text[], expired text[],
  durable boolean) returns json language plpgsql volatile as $$
declare known bigint; moment bigint; new_lease json := taken::json;
begin
  perform pg_advisory_xact_lock(hashtextextended('sao queue ' || q, 0));
  if not durable then perform set_config('synchronous_commit', 'off', true); end if;
  select head into known from sao.queue where name = q;
  if known is null then return json_build_object('missing', true); end if;
  if known <> seen then return json_build_object('why', 'missed', 'fresh', sao.fresh(q, seen)); end if;
  perform from sao.lease where queue = q and token = any(expired) for update;
  moment := sao.now_ms();
  if exists (select from sao.lease where queue = q and token = any(expired) and until > moment) then
    return json_build_object('why', 'renewed', 'fresh', sao.fresh(q, seen));
  end if;
  insert into sao.batch values (q, seen + 1, moment, new_events);
  update sao.queue set head = seen + 1 where name = q;
  delete from sao.lease where queue = q and (token = any(expired) or token = any(dropped));
  if new_lease is not null then
    insert into sao.lease values (q, new_lease->>'token', new_lease->>'task', new_lease->>'executor', moment,
      moment + (new_lease->>'ms')::bigint, new_lease->>'process');
  end if;
  perform pg_notify('${g}', q);
  return json_build_object('ok', true, 'at', moment, 'leases', sao.leases(q));
end $$;

create or replace function sao.renew(q text, given text, ms bigint) returns bigint language sql volatile as $$
  update sao.lease set until = sao.now_ms() + ms where queue = q and token = given returning until $$;

create or replace function sao.keep(q text, upto bigint, given text) returns void language sql volatile as $$
  insert into sao.snapshot values (q, upto, given)
  on conflict (queue) do update set seq = excluded.seq, body = excluded.body where sao.snapshot.seq < excluded.seq $$;`,G=`select pg_advisory_xact_lock(hashtextextended('sao schema', 0));${B}
${D}`,b=2e4;async function P(e,t){let s=(await Promise.resolve().then(()=>w(require("./src-MGZKKBO6.cjs")))).default;return new L(s(e.url,x(e)),e,t)}async function S(e,t){let s=(await Promise.resolve().then(()=>w(require("./src-MGZKKBO6.cjs")))).default,n=s(e.url,x(e));try{await u(e,async()=>{await n.unsafe(G).simple();let[a]=await n`select version from sao.version`;v(e,a?.version),await n`insert into sao.queue (name) values (${t}) on conflict do nothing`})}finally{await n.end({timeout:1})}}function x({ssl:e,rootCertificate:t,connectSeconds:s}){return{max:1,connect_timeout:s,onnotice:()=>{},fetch_types:!1,ssl:e==="off"?!1:e==="verify"?H(t):e,connection:{application_name:"sao",statement_timeout:b}}}function H(e){if(e===void 0||e==="system")return{rejectUnauthorized:!0};try{return{rejectUnauthorized:!0,ca:(0,j.readFileSync)(e,"utf8")}}catch(t){throw(0,k.b)(t,e,"read the certificates of sslrootcert")}}var L=class{sql;place;queue;constructor(e,t,s){this.sql=e,this.place=t,this.queue=s}async read(e){let{sql:t,place:s,queue:n}=this,[a]=await u(s,()=>t`select sao.read(${n}, ${e}) as answer`),{missing:r,version:i,fresh:f,snapshot:h}=$(a);if(r)throw p(s,n);return v(s,i),{...m(f),...h&&{snapshot:h}}}async append(e,{events:t,take:s,drop:n=[],expire:a=[]}){let{sql:r,place:i,queue:f}=this,h=s?JSON.stringify(s):null,N=t.some(({type:T})=>!M.has(T)),[F]=await u(i,()=>r`select sao.append(${f}, ${e}, ${JSON.stringify(t)}, ${h}, ${_(n)}::text[], ${_(a)}::text[], ${N}) as answer`),l=$(F);if(l.missing)throw p(i,f);if(l.why)return{ok:!1,why:l.why,...m(l.fresh)};let{leases:O}=m({batches:[],now:0,leases:l.leases});return{ok:!0,seq:e+1,at:l.at,leases:O}}async renew(e,t){let{sql:s,place:n,queue:a}=this,[r]=await u(n,()=>s`select sao.renew(${a}, ${e}, ${t}) as until`),i=r?.until;return i==null?"taken":Number(i)}async keep({seq:e,text:t}){let{sql:s,place:n,queue:a}=this;await u(n,()=>s`select sao.keep(${a}, ${e}, ${t})`)}watch(e){let t=this.sql.listen(g,s=>{s===this.queue&&e()});return t.catch(()=>{}),()=>{t.then(({unlisten:s})=>s()).catch(()=>{})}}async close(){await this.sql.end({timeout:1})}};function $(e){return e?.answer}var _=e=>`{${e.filter(c.b).join(",")}}`,M=new Set(["claimed","expired","executor-seen","escalated"]);function m({leases:e,...t}){let s=e.map(({process:n,...a})=>n?{...a,process:n}:a);return{...t,leases:s}}async function u(e,t){let s,n=new Promise((a,r)=>{s=setTimeout(()=>r(y(e,"it did not answer in time")),b)});try{return await Promise.race([t(),n])}catch(a){throw K(e,a)}finally{clearTimeout(s)}}var Y=new Set(["3F000","42P01","42883"]),I=/^(?:08|28|3D|53|57P)/;function K(e,t){if(t instanceof o.e)return t;let{code:s,message:n=""}=t;if(s===void 0)throw t;return Y.has(s)?p(e,"in this database"):!(/^[0-9A-Z]{5}$/.test(s)&&!/^[A-Z]+$/.test(s))||I.test(s)?y(e,Q(s,n)):new o.e((0,o.b)({code:"queue-engine-failed",message:`the database refused the call: ${n.slice(0,300)} (${s})`,target:e.shown,fix:"check the rights of the database user on the schema sao, then run the same command again"}))}var Q=(e,t)=>`${t.slice(0,200)||"no connection"} (${e})`;function y({shown:e},t){return new o.e((0,o.b)(c.a.unreachable(e,t)))}function p({shown:e},t){return new o.e((0,o.b)({code:"queue-missing",message:`the database has no queue ${t}`,target:e,fix:"create it: sao queue init --engine postgres://\u2026"}))}function v({shown:e},t){if(t!==1)throw new o.e((0,o.b)(c.a.version(e,t)))}0&&(module.exports={openPostgresEngine,preparePostgres});
