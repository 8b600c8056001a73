"use strict";
var l=Object.defineProperty;var O=Object.getOwnPropertyDescriptor;var C=Object.getOwnPropertyNames;var R=Object.prototype.hasOwnProperty;var w=(o,n)=>{for(var e in n)l(o,e,{get:n[e],enumerable:!0})},M=(o,n,e,a)=>{if(n&&typeof n=="object"||typeof n=="function")for(let s of C(n))!R.call(o,s)&&s!==e&&l(o,s,{get:()=>n[s],enumerable:!(a=O(n,s))||a.enumerable});return o};var j=o=>M(l({},"__esModule",{value:!0}),o);var b={};w(b,{formatCompletion:()=>h});module.exports=j(b);var N=require("./chunk-CFYFLVIA.cjs");function h(o,n){return{bash:S,zsh:D,fish:x}[o](n)}var u="/tmp/orchestration",P="${XDG_STATE_HOME:-$HOME/.local/state}/sao/runs",f=`  local -a roots
  roots=("${u}" "${P}")
  [ -z "$SAO_RUNS_DIR" ] || roots=("$SAO_RUNS_DIR")`,p=o=>"[0-9]".repeat(o),_=`${p(8)}-${p(6)}-${"[0-9a-f]".repeat(8)}`,r=o=>`'${o.replaceAll("'","'\\''")}'`,E=o=>[...o.options.flatMap(({long:n})=>n?[n]:[]),"--help"],m=({required:o,optional:n})=>o||n;function d(o){return o.argChoices?{kind:"words",words:o.argChoices.join(" ")}:{kind:o.name()==="run"?"runs":"files",words:""}}function S(o){let n=o.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local root file
${f}
  for root in "\${roots[@]}"; do
    [ -O "$root" ] || continue
    for file in "$root"/${_}/run.json; do
      [ -f "$file" ] || continue
      file=\${file%/run.json}
      printf '%s\\n' "\${file##*/}"
    done
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
${n.map(e=>`      ${e.name()}) flags=${r(E(e).join(" "))} valued=${r(v(e).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${r(`${n.map(e=>e.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${n.flatMap(e=>e.options.filter(({argChoices:a})=>a).map(({long:a,argChoices:s=[]})=>`    ${e.name()}:${a}) COMPREPLY=($(compgen -W ${r(s.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${n.flatMap(e=>e.registeredArguments.map((a,s)=>`    ${e.name()}:${a.variadic?"*":s}) ${A(a)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var v=o=>o.options.filter(m).flatMap(({long:n})=>n?[n]:[]);function A(o){let{kind:n,words:e}=d(o);return n==="files"?'_sao_files "$current"':`COMPREPLY=($(compgen -W ${n==="runs"?'"$(_sao_runs)"':r(e)} -- "$current"))`}function D(o){let n=o.commands.map(e=>`    ${r(`${e.name()}:${e.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  local root
${f}
  for root in "\${roots[@]}"; do
    [[ -O $root ]] && runs+=("$root"/${_}/run.json(N:h:t))
  done
  compadd -a runs
}
_sao() {
  local -a commands
  commands=(
${n.join(`
`)}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${o.commands.map(e=>`    ${e.name()}) _arguments ${W(e).map(r).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function W(o){let n=s=>s.replace(/[[\]:\\]/g,t=>`\\${t}`),e=o.options.map(s=>{let t=s.argChoices?`(${s.argChoices.join(" ")})`:"_files",i=m(s)?`:${s.attributeName()}:${t}`:"";return`${s.long}[${n(s.description)}]${i}`}),a=o.registeredArguments.map((s,t)=>{let{kind:i,words:$}=d(s),g={runs:"_sao_runs",words:`(${$})`,files:"_files"}[i];return`${s.variadic?"*":t+1}:${s.name()}:${g}`});return[...e,"--help[show the help of the command]",...a]}function x(o){let n=o.commands.map(a=>a.name()).join(" "),e=r(`not __fish_seen_subcommand_from ${n}`);return`# Fish completion for sao. Load it with: sao completion fish | source
function __sao_runs
    set -l state $HOME/.local/state
    set -q XDG_STATE_HOME; and set state $XDG_STATE_HOME
    set -l roots ${u} $state/sao/runs
    set -q SAO_RUNS_DIR; and set roots $SAO_RUNS_DIR
    for root in $roots
        test -O $root; or continue
        for file in $root/*/run.json
            set -l id (basename (dirname $file))
            string match -qr '^\\d{8}-\\d{6}-[0-9a-f]{8}$' -- $id; and echo $id
        end
    end
end
${o.commands.map(a=>`complete -c sao -f -n ${e} -a ${a.name()} -d ${c(a.description())}`).join(`
`)}
${o.commands.flatMap(L).join(`
`)}
`}var c=o=>`'${o.replace(/[\\']/g,n=>`\\${n}`)}'`;function L(o){let n=`complete -c sao -n '__fish_seen_subcommand_from ${o.name()}'`,e=o.options.map(i=>{let $=i.argChoices?` -x -a ${c(i.argChoices.join(" "))}`:" -r";return`${n} -l ${i.long?.slice(2)}${m(i)?$:""} -d ${c(i.description)}`}),a=o.registeredArguments.map(d),s=a.flatMap(({kind:i,words:$})=>i==="files"?[]:[`${n} -a ${c(i==="runs"?"(__sao_runs)":$)}`]),t=a.some(({kind:i})=>i==="files")?[]:[`${n} -f`];return[...e,...t,...s]}0&&(module.exports={formatCompletion});
