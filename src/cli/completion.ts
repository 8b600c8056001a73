import type { Argument, Command, Option } from 'commander';
import type { CompletionShell } from '../commands/command.ts';

/** Formats the completion script for a shell from a command tree whose commands are all loaded. */
export function formatCompletion(shell: CompletionShell, program: Command): string {
  return { bash: formatBash, zsh: formatZsh, fish: formatFish }[shell](program);
}

// A completion must answer at once, so the scripts list the folders of runs themselves instead of starting Node. A folder may belong to
// another user: only names in the form of a run id are offered, and no name is expanded by the shell.
const RUNS_ROOT = '/tmp/orchestration';
/** The folder of builds. */
const BUILDS_ROOT = `\${XDG_STATE_HOME:-$HOME/.local/state}/sao/runs`;
/** Lines of bash and zsh: SAO_RUNS_DIR replaces both folders, and the value of --runs-dir all. */
const LIST_ROOTS = `  local -a roots
  roots=("${RUNS_ROOT}" "${BUILDS_ROOT}")
  [ -z "$SAO_RUNS_DIR" ] || roots=("$SAO_RUNS_DIR")
  [ -z "$_sao_runs_dir" ] || roots=("\${_sao_runs_dir/#\\~/$HOME}")`;
const DIGITS = (count: number) => '[0-9]'.repeat(count);
/** A shell pattern for run ids: date, time and 8 hex characters. */
const RUN_ID_PATTERN = `${DIGITS(8)}-${DIGITS(6)}-${'[0-9a-f]'.repeat(8)}`;

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const longFlags = (command: Command) => [
  ...command.options.flatMap(({ long }) => (long ? [long] : [])),
  '--help',
];

const takesValue = ({ required, optional }: Option) => required || optional;

/** What an argument is completed with: run ids, fixed words, or files. */
function describeArgument(argument: Argument): { kind: 'runs' | 'words' | 'files'; words: string } {
  if (argument.argChoices) return { kind: 'words', words: argument.argChoices.join(' ') };
  return { kind: argument.name() === 'run' ? 'runs' : 'files', words: '' };
}

function formatBash(program: Command): string {
  const commands = program.commands;
  return `# Bash completion for sao. Load it with: source <(sao completion bash)
_sao_runs() {
  local root file
${LIST_ROOTS}
  for root in "\${roots[@]}"; do
    [ -O "$root" ] || continue
    for file in "$root"/${RUN_ID_PATTERN}/run.json; do
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
${commands.map((sub) => `      ${sub.name()}) flags=${quote(longFlags(sub).join(' '))} valued=${quote(valuedFlags(sub).join(' '))} ;;`).join('\n')}
    esac
  done
  if [ -z "$command" ]; then
    if [ "$previous" = --runs-dir ]; then _sao_files "$current"; return; fi
    COMPREPLY=($(compgen -W ${quote(`${commands.map((sub) => sub.name()).join(' ')} help --help --version --json --runs-dir`)} -- "$current"))
    return
  fi
  case "$command:$previous" in
${commands.flatMap((sub) => sub.options.filter(({ argChoices }) => argChoices).map(({ long, argChoices = [] }) => `    ${sub.name()}:${long}) COMPREPLY=($(compgen -P "$_sao_prefix" -W ${quote(argChoices.join(' '))} -- "$current")); return ;;`)).join('\n')}
  esac
  case " $valued " in *" $previous "*) _sao_files "$current"; return ;; esac
  case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac
  case "$command:$position" in
${commands.flatMap((sub) => sub.registeredArguments.map((argument, index) => `    ${sub.name()}:${argument.variadic ? '*' : index}) ${bashArgument(argument)} ;;`)).join('\n')}
  esac
}
complete -o filenames -F _sao sao
`;
}

const valuedFlags = (command: Command) =>
  command.options.filter(takesValue).flatMap(({ long }) => (long ? [long] : []));

function bashArgument(argument: Argument): string {
  const { kind, words } = describeArgument(argument);
  if (kind === 'files') return '_sao_files "$current"';
  const source = kind === 'runs' ? '"$(_sao_runs)"' : quote(words);
  return `COMPREPLY=($(compgen -W ${source} -- "$current"))`;
}

function formatZsh(program: Command): string {
  const entries = program.commands.map(
    (sub) => `    ${quote(`${sub.name()}:${sub.description().replaceAll(':', '\\:')}`)}`,
  );
  return `#compdef sao
# Zsh completion for sao. Load it with: source <(sao completion zsh)
_sao_runs() {
  local -a runs
  local root index
  for (( index = 2; index < $#words; index++ )); do
    if [[ $words[index] == --runs-dir=* ]]; then _sao_runs_dir=\${words[index]#*=}
    elif [[ $words[index] == --runs-dir ]]; then _sao_runs_dir=$words[index+1]
    fi
  done
${LIST_ROOTS}
  for root in "\${roots[@]}"; do
    [[ -O $root ]] && runs+=("$root"/${RUN_ID_PATTERN}/run.json(N:h:t))
  done
  compadd -a runs
}
_sao() {
  local -a commands
  commands=(
${entries.join('\n')}
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
${program.commands.map((sub) => `    ${sub.name()}) _arguments ${zshArguments(sub).map(quote).join(' ')} ;;`).join('\n')}
  esac
}
# Empty while compinit autoloads this file as a function.
if [[ $funcstack[1] == _sao ]]; then _sao "$@"; else compdef _sao sao; fi
`;
}

function zshArguments(command: Command): string[] {
  const escapeMarks = (text: string) => text.replace(/[[\]:\\]/g, (mark) => `\\${mark}`);
  const options = command.options.map((option) => {
    const values = option.argChoices ? `(${option.argChoices.join(' ')})` : '_files';
    const value = takesValue(option) ? `:${option.attributeName()}:${values}` : '';
    // The sign lets a value follow as --option=value, too.
    return `${option.long}${takesValue(option) ? '=' : ''}[${escapeMarks(option.description)}]${value}`;
  });
  const positions = command.registeredArguments.map((argument, index) => {
    const { kind, words } = describeArgument(argument);
    const source = { runs: '_sao_runs', words: `(${words})`, files: '_files' }[kind];
    return `${argument.variadic ? '*' : index + 1}:${argument.name()}:${source}`;
  });
  return [...options, '--help[show the help of the command]', ...positions];
}

function formatFish(program: Command): string {
  return `# Fish completion for sao. Load it with: sao completion fish | source
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
${program.commands.map((sub) => `                case ${sub.name()}\n                    set -g __sao_valued ${valuedFlags(sub).join(' ')}`).join('\n')}
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
    set -l roots ${RUNS_ROOT} $state/sao/runs
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
${program.commands.map((sub) => `complete -c sao -n '__sao_at ""' -a ${sub.name()} -d ${fishQuote(sub.description())}`).join('\n')}
${program.commands.flatMap(fishLines).join('\n')}
`;
}

const fishQuote = (text: string) => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

function fishLines(command: Command): string[] {
  const at = (position = '') => `complete -c sao -n ${fishQuote(`__sao_at ${command.name()}${position}`)}`;
  const options = command.options.map((option) => {
    const choices = option.argChoices ? ` -x -a ${fishQuote(option.argChoices.join(' '))}` : ' -r -F';
    return `${at()} -l ${option.long?.slice(2)}${takesValue(option) ? choices : ''} -d ${fishQuote(option.description)}`;
  });
  const values = command.registeredArguments.map((argument, index) => {
    const { kind, words } = describeArgument(argument);
    const start = at(argument.variadic ? ' any' : ` ${index}`);
    return kind === 'files'
      ? `${start} -F`
      : `${start} -a ${fishQuote(kind === 'runs' ? '(__sao_runs)' : words)}`;
  });
  return [...options, ...values];
}
