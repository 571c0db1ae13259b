import { PACKAGE_MODELS_DIR } from '../../default-models-dir.ts';
import { quoteArgument } from '../quote-argument.ts';
import { shellCases, valueFlags } from './shell-cases.ts';
import { TOP_WORDS, type Value } from './words.ts';

/** For a file `_gfl-serve` in `$fpath`, or to be sourced after `compinit`. */
export function zshCompletion(): string {
  return `#compdef gfl-serve
# Completion of gfl-serve for zsh: source <(gfl-serve completion zsh), after compinit
_gfl_serve_models() {
  local folder="\${MODELS_DIR:-models}"
  [[ -n "$MODELS_DIR" || -d models ]] || folder=${quoteArgument(PACKAGE_MODELS_DIR)}
  compadd -- "$folder"/*/model.json(N:h:t)
}
_gfl_serve() {
  local command="$words[2]" what='' previous="$words[CURRENT-1]"
  if (( CURRENT == 2 )); then compadd -- ${TOP_WORDS.join(' ')}; return; fi
  if [[ $command == model ]] && (( CURRENT > 3 )); then command="model $words[3]"; fi
  case "$previous" in
    ${valueFlags()}) what="$previous" ;;
    *) if [[ "$words[CURRENT]" == -* ]]; then what=-; fi ;;
  esac
  case "$command:$what" in
${shellCases(offers)}
  esac
}
if [[ "$funcstack[1]" == _gfl-serve ]]; then _gfl_serve; else compdef _gfl_serve gfl-serve; fi
`;
}

function offers(value: Value): string {
  switch (value) {
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'model':
      return '_gfl_serve_models';
    case 'anything':
      return ':';
    default:
      return `compadd -- ${value.join(' ')}`;
  }
}
