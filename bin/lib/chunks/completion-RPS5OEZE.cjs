"use strict";
var l=Object.defineProperty;var O=Object.getOwnPropertyDescriptor;var C=Object.getOwnPropertyNames;var v=Object.prototype.hasOwnProperty;var R=(o,n)=>{for(var s in n)l(o,s,{get:n[s],enumerable:!0})},M=(o,n,s,r)=>{if(n&&typeof n=="object"||typeof n=="function")for(let e of C(n))!v.call(o,e)&&e!==s&&l(o,e,{get:()=>n[e],enumerable:!(r=O(n,e))||r.enumerable});return o};var j=o=>M(l({},"__esModule",{value:!0}),o);var L={};R(L,{formatCompletion:()=>w});module.exports=j(L);var N=require("./chunk-CFYFLVIA.cjs");function w(o,n){return{bash:S,zsh:A,fish:x}[o](n)}var u="/tmp/orchestration",E="${XDG_STATE_HOME:-$HOME/.local/state}/sao/runs",p=`  local -a roots
  roots=("${u}" "${E}")
  [ -z "$SAO_RUNS_DIR" ] || roots=("$SAO_RUNS_DIR")`,f=o=>"[0-9]".repeat(o),h=`${f(8)}-${f(6)}-${"[0-9a-f]".repeat(8)}`,t=o=>`'${o.replaceAll("'","'\\''")}'`,P=o=>[...o.options.flatMap(({long:n})=>n?[n]:[]),"--help"],_=({required:o,optional:n})=>o||n;function m(o){return o.argChoices?{kind:"words",words:o.argChoices.join(" ")}:{kind:o.name()==="run"?"runs":"files",words:""}}function S(o){let n=o.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local root file
${p}
  for root in "\${roots[@]}"; do
    [ -O "$root" ] || continue
    for file in "$root"/${h}/run.json; do
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
${n.map(s=>`      ${s.name()}) flags=${t(P(s).join(" "))} valued=${t(g(s).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${t(`${n.map(s=>s.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${n.flatMap(s=>s.options.filter(({argChoices:r})=>r).map(({long:r,argChoices:e=[]})=>`    ${s.name()}:${r}) COMPREPLY=($(compgen -W ${t(e.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${n.flatMap(s=>s.registeredArguments.map((r,e)=>`    ${s.name()}:${r.variadic?"*":e}) ${D(r)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var g=o=>o.options.filter(_).flatMap(({long:n})=>n?[n]:[]);function D(o){let{kind:n,words:s}=m(o);return n==="files"?'_sao_files "$current"':`COMPREPLY=($(compgen -W ${n==="runs"?'"$(_sao_runs)"':t(s)} -- "$current"))`}function A(o){let n=o.commands.map(s=>`    ${t(`${s.name()}:${s.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  local root
${p}
  for root in "\${roots[@]}"; do
    [[ -O $root ]] && runs+=("$root"/${h}/run.json(N:h:t))
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
${o.commands.map(s=>`    ${s.name()}) _arguments ${W(s).map(t).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function W(o){let n=e=>e.replace(/[[\]:\\]/g,a=>`\\${a}`),s=o.options.map(e=>{let a=e.argChoices?`(${e.argChoices.join(" ")})`:"_files",i=_(e)?`:${e.attributeName()}:${a}`:"";return`${e.long}[${n(e.description)}]${i}`}),r=o.registeredArguments.map((e,a)=>{let{kind:i,words:c}=m(e),d={runs:"_sao_runs",words:`(${c})`,files:"_files"}[i];return`${e.variadic?"*":a+1}:${e.name()}:${d}`});return[...s,"--help[show the help of the command]",...r]}function x(o){return`# Fish completion for sao. Load it with: sao completion fish | source
# The words before the cursor: the command, its number of arguments, and the folder that --runs-dir names.
function __sao_words
    set -l words (commandline -opc)
    set -g __sao_command
    set -g __sao_position 0
    set -g __sao_runs_dir
    set -l option
    for word in $words[2..]
        if test -n "$option"
            test $option = --runs-dir; and set -g __sao_runs_dir $word
            set option
        else if string match -q -- '--runs-dir=*' $word
            set -g __sao_runs_dir (string replace -- --runs-dir= '' $word)
        else if string match -q -- '-*' $word
            contains -- $word $__sao_valued; and set option $word
        else if test -z "$__sao_command"
            set -g __sao_command $word
            set -g __sao_valued --runs-dir
            switch $word
${o.commands.map(n=>`                case ${n.name()}
                    set -g __sao_valued ${g(n).join(" ")}`).join(`
`)}
            end
        else
            set -g __sao_position (math $__sao_position + 1)
        end
    end
end
set -g __sao_valued --runs-dir
# Whether the command is this one, and its next argument has this number, or any.
function __sao_at
    set -g __sao_valued --runs-dir
    __sao_words
    test "$__sao_command" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test $argv[2] = any; or test $argv[2] = $__sao_position
end
function __sao_runs
    set -l state $HOME/.local/state
    set -q XDG_STATE_HOME; and set state $XDG_STATE_HOME
    set -l roots ${u} $state/sao/runs
    set -q SAO_RUNS_DIR; and set roots $SAO_RUNS_DIR
    test -n "$__sao_runs_dir"; and set roots (string replace -r '^~' $HOME -- $__sao_runs_dir)
    for root in $roots
        test -O $root; or continue
        for file in $root/*/run.json
            set -l id (basename (dirname $file))
            string match -qr '^\\d{8}-\\d{6}-[0-9a-f]{8}$' -- $id; and echo $id
        end
    end
end
complete -c sao -f
${o.commands.map(n=>`complete -c sao -n '__sao_at ""' -a ${n.name()} -d ${$(n.description())}`).join(`
`)}
${o.commands.flatMap(b).join(`
`)}
`}var $=o=>`'${o.replace(/[\\']/g,n=>`\\${n}`)}'`;function b(o){let n=(e="")=>`complete -c sao -n ${$(`__sao_at ${o.name()}${e}`)}`,s=o.options.map(e=>{let a=e.argChoices?` -x -a ${$(e.argChoices.join(" "))}`:" -r -F";return`${n()} -l ${e.long?.slice(2)}${_(e)?a:""} -d ${$(e.description)}`}),r=o.registeredArguments.map((e,a)=>{let{kind:i,words:c}=m(e),d=n(e.variadic?" any":` ${a}`);return i==="files"?`${d} -F`:`${d} -a ${$(i==="runs"?"(__sao_runs)":c)}`});return[...s,...r]}0&&(module.exports={formatCompletion});
