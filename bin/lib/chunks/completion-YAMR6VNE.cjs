"use strict";
var m=Object.defineProperty;var g=Object.getOwnPropertyDescriptor;var C=Object.getOwnPropertyNames;var O=Object.prototype.hasOwnProperty;var w=(e,o)=>{for(var n in o)m(e,n,{get:o[n],enumerable:!0})},R=(e,o,n,a)=>{if(o&&typeof o=="object"||typeof o=="function")for(let i of C(o))!O.call(e,i)&&i!==n&&m(e,i,{get:()=>o[i],enumerable:!(a=g(o,i))||a.enumerable});return e};var j=e=>R(m({},"__esModule",{value:!0}),e);var L={};w(L,{formatCompletion:()=>_});module.exports=j(L);var k=require("./chunk-CFYFLVIA.cjs");function _(e,o){return{bash:P,zsh:W,fish:D}[e](o)}var $="${SAO_RUNS_DIR:-/tmp/orchestration}",f=e=>"[0-9]".repeat(e),p=`${f(8)}-${f(6)}-${"[0-9a-f]".repeat(8)}`,r=e=>`'${e.replaceAll("'","'\\''")}'`,M=e=>[...e.options.flatMap(({long:o})=>o?[o]:[]),"--help"],d=({required:e,optional:o})=>e||o;function u(e){return e.argChoices?{kind:"words",words:e.argChoices.join(" ")}:{kind:e.name()==="run"?"runs":"files",words:""}}function P(e){let o=e.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local file
  [ -O "${$}" ] || return
  for file in "${$}"/${p}/run.json; do
    [ -f "$file" ] || continue
    file=\${file%/run.json}
    printf '%s\\n' "\${file##*/}"
  done
}
# One line is one completion: file names with blanks stay whole.
_sao_files() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$1")
}
_sao() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' position=0 index=1 word flags='' valued='--runs-dir'
  COMPREPLY=()
  while [ "$index" -lt "$COMP_CWORD" ]; do
    word=\${COMP_WORDS[index]}
    index=$((index + 1))
    case " $valued " in *" $word "*) index=$((index + 1)); continue ;; esac
    case "$word" in -*) continue ;; esac
    if [ -n "$command" ]; then position=$((position + 1)); continue; fi
    command=$word
    case "$command" in
${o.map(n=>`      ${n.name()}) flags=${r(M(n).join(" "))} valued=${r(v(n).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${r(`${o.map(n=>n.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${o.flatMap(n=>n.options.filter(({argChoices:a})=>a).map(({long:a,argChoices:i=[]})=>`    ${n.name()}:${a}) COMPREPLY=($(compgen -W ${r(i.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${o.flatMap(n=>n.registeredArguments.map((a,i)=>`    ${n.name()}:${a.variadic?"*":i}) ${S(a)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var v=e=>e.options.filter(d).flatMap(({long:o})=>o?[o]:[]);function S(e){let{kind:o,words:n}=u(e);return o==="files"?'_sao_files "$current"':`COMPREPLY=($(compgen -W ${o==="runs"?'"$(_sao_runs)"':r(n)} -- "$current"))`}function W(e){let o=e.commands.map(n=>`    ${r(`${n.name()}:${n.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  [[ -O "${$}" ]] || return
  runs=("${$}"/${p}/run.json(N:h:t))
  compadd -a runs
}
_sao() {
  local -a commands
  commands=(
${o.join(`
`)}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${e.commands.map(n=>`    ${n.name()}) _arguments ${x(n).map(r).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function x(e){let o=i=>i.replace(/[[\]:\\]/g,t=>`\\${t}`),n=e.options.map(i=>{let t=i.argChoices?`(${i.argChoices.join(" ")})`:"_files",s=d(i)?`:${i.attributeName()}:${t}`:"";return`${i.long}[${o(i.description)}]${s}`}),a=e.registeredArguments.map((i,t)=>{let{kind:s,words:c}=u(i),h={runs:"_sao_runs",words:`(${c})`,files:"_files"}[s];return`${i.variadic?"*":t+1}:${i.name()}:${h}`});return[...n,"--help[show the help of the command]",...a]}function D(e){let o=e.commands.map(a=>a.name()).join(" "),n=r(`not __fish_seen_subcommand_from ${o}`);return`# Fish completion for sao. Load it with: sao completion fish | source
function __sao_runs
    set -l root /tmp/orchestration
    set -q SAO_RUNS_DIR; and set root $SAO_RUNS_DIR
    test -O $root; or return
    for file in $root/*/run.json
        set -l id (basename (dirname $file))
        string match -qr '^\\d{8}-\\d{6}-[0-9a-f]{8}$' -- $id; and echo $id
    end
end
${e.commands.map(a=>`complete -c sao -f -n ${n} -a ${a.name()} -d ${l(a.description())}`).join(`
`)}
${e.commands.flatMap(E).join(`
`)}
`}var l=e=>`'${e.replace(/[\\']/g,o=>`\\${o}`)}'`;function E(e){let o=`complete -c sao -n '__fish_seen_subcommand_from ${e.name()}'`,n=e.options.map(s=>{let c=s.argChoices?` -x -a ${l(s.argChoices.join(" "))}`:" -r";return`${o} -l ${s.long?.slice(2)}${d(s)?c:""} -d ${l(s.description)}`}),a=e.registeredArguments.map(u),i=a.flatMap(({kind:s,words:c})=>s==="files"?[]:[`${o} -a ${l(s==="runs"?"(__sao_runs)":c)}`]),t=a.some(({kind:s})=>s==="files")?[]:[`${o} -f`];return[...n,...t,...i]}0&&(module.exports={formatCompletion});
