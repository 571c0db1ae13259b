import { PACKAGE_MODELS_DIR } from '../../default-models-dir.ts';
import { quotedForFish } from './quoted-for-fish.ts';
import { COMMAND_WORDS, type CommandWords, type Value } from './words.ts';

export function fishCompletion(): string {
  const lines = Object.entries(COMMAND_WORDS).flatMap(([command, words]) => completions(command, words));
  return `# Completion of gfl-serve for fish: gfl-serve completion fish | source
function __gfl_serve_command
    set -l words (commandline -opc)
    set -l command $words[2]
    if test "$command" = model; and set -q words[3]
        set command "model $words[3]"
    end
    test "$command" = "$argv"
end
function __gfl_serve_models
    set -l folder models
    if test -n "$MODELS_DIR"
        set folder $MODELS_DIR
    else if not test -d models
        set folder ${quotedForFish(PACKAGE_MODELS_DIR)}
    end
    set -l manifests $folder/*/model.json
    string replace -r '.*/([^/]+)/model.json' '$1' $manifests
end
complete -c gfl-serve -f
complete -c gfl-serve -n 'test (count (commandline -opc)) -eq 1' -l help -d 'what there is'
complete -c gfl-serve -n 'test (count (commandline -opc)) -eq 1' -l version
${lines.join('\n')}
`;
}

function completions(command: string, { about, argument, flags }: CommandWords): string[] {
  const when = `complete -c gfl-serve -n '__gfl_serve_command ${command}'`;
  const top = command.includes(' ')
    ? []
    : [`complete -c gfl-serve -n 'test (count (commandline -opc)) -eq 1' -a ${command} -d '${about}'`];
  return [
    ...top,
    ...(argument === undefined ? [] : [`${when} ${offers(argument)}`]),
    ...Object.entries(flags).map(([flag, value]) =>
      `${when} -l ${flag} ${value === undefined ? '' : `-r ${offers(value)}`}`.trimEnd(),
    ),
    `${when} -l help`,
  ];
}

function offers(value: Value): string {
  switch (value) {
    case 'file':
      return '-F';
    case 'folder':
      return "-f -a '(__fish_complete_directories)'";
    case 'model':
      return "-f -a '(__gfl_serve_models)'";
    case 'anything':
      return '-f';
    default:
      return `-f -a '${value.join(' ')}'`;
  }
}
