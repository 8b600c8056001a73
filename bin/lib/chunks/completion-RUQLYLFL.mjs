import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import"./chunk-T6QBT5XV.mjs";function M(n,o){return{bash:h,zsh:O,fish:w}[n](o)}var $="${SAO_RUNS_DIR:-/tmp/orchestration}",u=n=>"[0-9]".repeat(n),f=`${u(8)}-${u(6)}-${"[0-9a-f]".repeat(8)}`,t=n=>`'${n.replaceAll("'","'\\''")}'`,_=n=>[...n.options.flatMap(({long:o})=>o?[o]:[]),"--help"],d=({required:n,optional:o})=>n||o;function l(n){return n.argChoices?{kind:"words",words:n.argChoices.join(" ")}:{kind:n.name()==="run"?"runs":"files",words:""}}function h(n){let o=n.commands;return`# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local file
  [ -O "${$}" ] || return
  for file in "${$}"/${f}/run.json; do
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
${o.map(e=>`      ${e.name()}) flags=${t(_(e).join(" "))} valued=${t(g(e).join(" "))} ;;`).join(`
`)}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${t(`${o.map(e=>e.name()).join(" ")} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${o.flatMap(e=>e.options.filter(({argChoices:i})=>i).map(({long:i,argChoices:s=[]})=>`    ${e.name()}:${i}) COMPREPLY=($(compgen -W ${t(s.join(" "))} -- "$current")); return ;;`)).join(`
`)}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${o.flatMap(e=>e.registeredArguments.map((i,s)=>`    ${e.name()}:${i.variadic?"*":s}) ${C(i)} ;;`)).join(`
`)}
  esac
}
complete -o filenames -F _sao sao
`}var g=n=>n.options.filter(d).flatMap(({long:o})=>o?[o]:[]);function C(n){let{kind:o,words:e}=l(n);return o==="files"?'_sao_files "$current"':`COMPREPLY=($(compgen -W ${o==="runs"?'"$(_sao_runs)"':t(e)} -- "$current"))`}function O(n){let o=n.commands.map(e=>`    ${t(`${e.name()}:${e.description().replaceAll(":","\\:")}`)}`);return`#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  [[ -O "${$}" ]] || return
  runs=("${$}"/${f}/run.json(N:h:t))
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
${n.commands.map(e=>`    ${e.name()}) _arguments ${R(e).map(t).join(" ")} ;;`).join(`
`)}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`}function R(n){let o=s=>s.replace(/[[\]:\\]/g,a=>`\\${a}`),e=n.options.map(s=>{let a=s.argChoices?`(${s.argChoices.join(" ")})`:"_files",r=d(s)?`:${s.attributeName()}:${a}`:"";return`${s.long}[${o(s.description)}]${r}`}),i=n.registeredArguments.map((s,a)=>{let{kind:r,words:c}=l(s),p={runs:"_sao_runs",words:`(${c})`,files:"_files"}[r];return`${s.variadic?"*":a+1}:${s.name()}:${p}`});return[...e,"--help[show the help of the command]",...i]}function w(n){let o=n.commands.map(i=>i.name()).join(" "),e=t(`not __fish_seen_subcommand_from ${o}`);return`# Fish completion for sao. Load it with: sao completion fish | source
function __sao_runs
    set -l root /tmp/orchestration
    set -q SAO_RUNS_DIR; and set root $SAO_RUNS_DIR
    test -O $root; or return
    for file in $root/*/run.json
        set -l id (basename (dirname $file))
        string match -qr '^\\d{8}-\\d{6}-[0-9a-f]{8}$' -- $id; and echo $id
    end
end
${n.commands.map(i=>`complete -c sao -f -n ${e} -a ${i.name()} -d ${m(i.description())}`).join(`
`)}
${n.commands.flatMap(j).join(`
`)}
`}var m=n=>`'${n.replace(/[\\']/g,o=>`\\${o}`)}'`;function j(n){let o=`complete -c sao -n '__fish_seen_subcommand_from ${n.name()}'`,e=n.options.map(r=>{let c=r.argChoices?` -x -a ${m(r.argChoices.join(" "))}`:" -r";return`${o} -l ${r.long?.slice(2)}${d(r)?c:""} -d ${m(r.description)}`}),i=n.registeredArguments.map(l),s=i.flatMap(({kind:r,words:c})=>r==="files"?[]:[`${o} -a ${m(r==="runs"?"(__sao_runs)":c)}`]),a=i.some(({kind:r})=>r==="files")?[]:[`${o} -f`];return[...e,...a,...s]}export{M as formatCompletion};
