"use strict";
var u=Object.defineProperty;var O=Object.getOwnPropertyDescriptor;var R=Object.getOwnPropertyNames;var C=Object.prototype.hasOwnProperty;var M=(o,n)=>{for(var r in n)u(o,r,{get:n[r],enumerable:!0})},v=(o,n,r,s)=>{if(n&&typeof n=="object"||typeof n=="function")for(let e of R(n))!C.call(o,e)&&e!==r&&u(o,e,{get:()=>n[e],enumerable:!(s=O(n,e))||s.enumerable});return o};var x=o=>v(u({},"__esModule",{value:!0}),o);var N={};M(N,{formatCompletion:()=>g});module.exports=x(N);var U=require("./chunk-CFYFLVIA.cjs");function g(o,n){return{bash:j,zsh:S,fish:A}[o](n)}var m="/tmp/orchestration",P="${XDG_STATE_HOME:-$HOME/.local/state}/sao/runs",f=`  local -a roots
  roots=("${m}" "${P}")
  [ -z "$SAO_RUNS_DIR" ] || roots=("$SAO_RUNS_DIR")
  [ -z "$_sao_runs_dir" ] || roots=("\${_sao_runs_dir/#\\~/$HOME}")`,p=o=>"[0-9]".repeat(o),h=`${p(8)}-${p(6)}-${"[0-9a-f]".repeat(8)}`,t=o=>`'${o.replaceAll("'","'\\''")}'`,E=o=>[...o.options.flatMap(({long:n})=>n?[n]:[]),"--help"],_=({required:o,optional:n})=>o||n;function l(o){return o.argChoices?{kind:"words",words:o.argChoices.join(" ")}:{kind:o.name()==="run"?"runs":"files",words:""}}function j(o){let n=o.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local root file
${f}
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
  while IFS= read -r line; do COMPREPLY+=("$_sao_prefix$line"); done < <(compgen -f -- "$1")
}
_sao() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' position=0 index=1 word option flags='' valued='--runs-dir' _sao_runs_dir='' _sao_prefix=''
  COMPREPLY=()
  # Bash splits --option=value at the sign, unless COMP_WORDBREAKS is without it.
  if [ "$current" = = ]; then current=''
  elif [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  else case "$current" in --*=*) previous=\${current%%=*} _sao_prefix=\${current%%=*}= current=\${current#*=} ;; esac
  fi
  while [ "$index" -lt "$COMP_CWORD" ]; do
    word=\${COMP_WORDS[index]}
    index=$((index + 1))
    case "$word" in --runs-dir=*) _sao_runs_dir=\${word#*=}; continue ;; esac
    case " $valued " in *" $word "*)
      option=$word
      [ "\${COMP_WORDS[index]}" != = ] || index=$((index + 1))
      if [ "$option" = --runs-dir ] && [ "$index" -lt "$COMP_CWORD" ]; then _sao_runs_dir=\${COMP_WORDS[index]}; fi
      index=$((index + 1)); continue ;;
    esac
    case "$word" in -*) continue ;; esac
    if [ -n "$command" ]; then position=$((position + 1)); continue; fi
    command=$word
    case "$command" in
${n.map(r=>`      ${r.name()}) flags=${t(E(r).join(" "))} valued=${t(w(r).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${t(`${n.map(r=>r.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${n.flatMap(r=>r.options.filter(({argChoices:s})=>s).map(({long:s,argChoices:e=[]})=>`    ${r.name()}:${s}) COMPREPLY=($(compgen -P "$_sao_prefix" -W ${t(e.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${n.flatMap(r=>r.registeredArguments.map((s,e)=>`    ${r.name()}:${s.variadic?"*":e}) ${D(s)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var w=o=>o.options.filter(_).flatMap(({long:n})=>n?[n]:[]);function D(o){let{kind:n,words:r}=l(o);return n==="files"?'_sao_files "$current"':`COMPREPLY=($(compgen -W ${n==="runs"?'"$(_sao_runs)"':t(r)} -- "$current"))`}function S(o){let n=o.commands.map(r=>`    ${t(`${r.name()}:${r.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  local root index
  for (( index = 2; index < $#words; index++ )); do
    if [[ $words[index] == --runs-dir=* ]]; then _sao_runs_dir=\${words[index]#*=}
    elif [[ $words[index] == --runs-dir ]]; then _sao_runs_dir=$words[index+1]
    fi
  done
${f}
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
  local _sao_runs_dir=''
  # Options may come before the command.
  while (( CURRENT > 2 )) && [[ $words[2] == -* ]]; do
    if [[ $words[2] == --runs-dir ]]; then
      if (( CURRENT == 3 )); then _files; return; fi
      _sao_runs_dir=$words[3]
      words[3]=()
      (( CURRENT-- ))
    elif [[ $words[2] == --runs-dir=* ]]; then
      _sao_runs_dir=\${words[2]#*=}
    fi
    words[2]=()
    (( CURRENT-- ))
  done
  if (( CURRENT == 2 )); then
    if [[ $words[2] == --runs-dir=* ]]; then compset -P '--runs-dir='; _files
    elif [[ $words[2] == -* ]]; then compadd -- --help --version --json --runs-dir
    else _describe command commands
    fi
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${o.commands.map(r=>`    ${r.name()}) _arguments ${W(r).map(t).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function W(o){let n=e=>e.replace(/[[\]:\\]/g,i=>`\\${i}`),r=o.options.map(e=>{let i=e.argChoices?`(${e.argChoices.join(" ")})`:"_files",a=_(e)?`:${e.attributeName()}:${i}`:"";return`${e.long}${_(e)?"=":""}[${n(e.description)}]${a}`}),s=o.registeredArguments.map((e,i)=>{let{kind:a,words:c}=l(e),$={runs:"_sao_runs",words:`(${c})`,files:"_files"}[a];return`${e.variadic?"*":i+1}:${e.name()}:${$}`});return[...r,"--help[show the help of the command]",...s]}function A(o){return`# Fish completion for sao. Load it with: sao completion fish | source
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
                    set -g __sao_valued ${w(n).join(" ")}`).join(`
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
    set -l roots ${m} $state/sao/runs
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
${o.commands.map(n=>`complete -c sao -n '__sao_at ""' -a ${n.name()} -d ${d(n.description())}`).join(`
`)}
${o.commands.flatMap(T).join(`
`)}
`}var d=o=>`'${o.replace(/[\\']/g,n=>`\\${n}`)}'`;function T(o){let n=(e="")=>`complete -c sao -n ${d(`__sao_at ${o.name()}${e}`)}`,r=o.options.map(e=>{let i=e.argChoices?` -x -a ${d(e.argChoices.join(" "))}`:" -r -F";return`${n()} -l ${e.long?.slice(2)}${_(e)?i:""} -d ${d(e.description)}`}),s=o.registeredArguments.map((e,i)=>{let{kind:a,words:c}=l(e),$=n(e.variadic?" any":` ${i}`);return a==="files"?`${$} -F`:`${$} -a ${d(a==="runs"?"(__sao_runs)":c)}`});return[...r,...s]}0&&(module.exports={formatCompletion});
