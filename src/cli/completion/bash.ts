import { PACKAGE_MODELS_DIR } from '../../default-models-dir.ts';
import { quoteArgument } from '../quote-argument.ts';
import { shellCases, valueFlags } from './shell-cases.ts';
import { TOP_WORDS, type Value } from './words.ts';

/** A script for bash 4 or newer that needs nothing else. */
export function bashCompletion(): string {
  return `# Completion of gfl-serve for bash: source <(gfl-serve completion bash)
_gfl_serve_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_gfl_serve_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen "$1" -- "$cur"); }
_gfl_serve_models() {
  local folder="\${MODELS_DIR:-models}"
  [[ -n $MODELS_DIR || -d models ]] || folder=${quoteArgument(PACKAGE_MODELS_DIR)}
  _gfl_serve_words "$(cd "$folder" 2>/dev/null && dirname -- */model.json 2>/dev/null)"
}
_gfl_serve() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" what=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then _gfl_serve_words '${TOP_WORDS.join(' ')}'; return; fi
  if [[ $command == model ]] && ((COMP_CWORD > 2)); then command="model \${COMP_WORDS[2]}"; fi
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${valueFlags()}) what="\${COMP_WORDS[COMP_CWORD-1]}" ;;
    *) [[ $cur == -* ]] && what=- ;;
  esac
  case "$command:$what" in
${shellCases(offers)}
  esac
}
complete -F _gfl_serve gfl-serve
`;
}

function offers(value: Value): string {
  switch (value) {
    case 'file':
      return '_gfl_serve_files -f';
    case 'folder':
      return '_gfl_serve_files -d';
    case 'model':
      return '_gfl_serve_models';
    case 'anything':
      return ':';
    default:
      return `_gfl_serve_words '${value.join(' ')}'`;
  }
}
