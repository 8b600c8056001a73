import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import"./chunk-T6QBT5XV.mjs";function w(n,o){return{bash:p,zsh:g,fish:O}[n](o)}var l="${SAO_RUNS_DIR:-/tmp/orchestration}",a=n=>`'${n.replaceAll("'","'\\''")}'`,f=n=>[...n.options.flatMap(({long:o})=>o?[o]:[]),"--help"],$=({required:n,optional:o})=>n||o;function d(n){return n.argChoices?{kind:"words",words:n.argChoices.join(" ")}:{kind:n.name()==="run"?"runs":"files",words:""}}function p(n){let o=n.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local file
  for file in "${l}"/*/run.json; do
    [ -f "$file" ] || continue
    file=\${file%/run.json}
    printf '%s\\n' "\${file##*/}"
  done
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
${o.map(s=>`      ${s.name()}) flags=${a(f(s).join(" "))} valued=${a(h(s).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
    COMPREPLY=($(compgen -W ${a(`${o.map(s=>s.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${o.flatMap(s=>s.options.filter(({argChoices:i})=>i).map(({long:i,argChoices:e=[]})=>`    ${s.name()}:${i}) COMPREPLY=($(compgen -W ${a(e.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) COMPREPLY=($(compgen -f -- "$current")); return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${o.flatMap(s=>s.registeredArguments.map((i,e)=>`    ${s.name()}:${i.variadic?"*":e}) ${_(i)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var h=n=>n.options.filter($).flatMap(({long:o})=>o?[o]:[]);function _(n){let{kind:o,words:s}=d(n);return`COMPREPLY=($(compgen ${{runs:'-W "$(_sao_runs)"',words:`-W ${a(s)}`,files:"-f"}[o]} -- "$current"))`}function g(n){let o=n.commands.map(s=>`    ${a(`${s.name()}:${s.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  runs=("${l}"/*/run.json(N:h:t))
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
${n.commands.map(s=>`    ${s.name()}) _arguments ${C(s).map(a).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function C(n){let o=e=>e.replace(/[[\]:\\]/g,t=>`\\${t}`),s=n.options.map(e=>{let t=e.argChoices?`(${e.argChoices.join(" ")})`:"_files",r=$(e)?`:${e.attributeName()}:${t}`:"";return`${e.long}[${o(e.description)}]${r}`}),i=n.registeredArguments.map((e,t)=>{let{kind:r,words:c}=d(e),u={runs:"_sao_runs",words:`(${c})`,files:"_files"}[r];return`${e.variadic?"*":t+1}:${e.name()}:${u}`});return[...s,"--help[show the help of the command]",...i]}function O(n){let o=n.commands.map(i=>i.name()).join(" "),s=a(`not __fish_seen_subcommand_from ${o}`);return`# Fish completion for sao. Load it with: sao completion fish | source
function __sao_runs
    set -l root /tmp/orchestration
    set -q SAO_RUNS_DIR; and set root $SAO_RUNS_DIR
    for file in $root/*/run.json
        basename (dirname $file)
    end
end
${n.commands.map(i=>`complete -c sao -f -n ${s} -a ${i.name()} -d ${m(i.description())}`).join(`
`)}
${n.commands.flatMap(R).join(`
`)}
`}var m=n=>`'${n.replace(/[\\']/g,o=>`\\${o}`)}'`;function R(n){let o=`complete -c sao -n '__fish_seen_subcommand_from ${n.name()}'`,s=n.options.map(r=>{let c=r.argChoices?` -x -a ${m(r.argChoices.join(" "))}`:" -r";return`${o} -l ${r.long?.slice(2)}${$(r)?c:""} -d ${m(r.description)}`}),i=n.registeredArguments.map(d),e=i.flatMap(({kind:r,words:c})=>r==="files"?[]:[`${o} -a ${m(r==="runs"?"(__sao_runs)":c)}`]),t=i.some(({kind:r})=>r==="files")?[]:[`${o} -f`];return[...s,...t,...e]}export{w as formatCompletion};
