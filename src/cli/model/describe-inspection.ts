import { ownName } from '../own-name.ts';
import { quoteArgument } from '../quote-argument.ts';
import { castTensors } from './cast-tensors.ts';
import { describeForm } from './describe-form.ts';
import { describeNormalisation } from './describe-normalisation.ts';
import type { InspectionReport } from './inspection-report.ts';

const SHOWN_OPERATORS = 6;

/**
 * An inspection for people.
 *
 * @param flags what was said of the graph, which the next command needs as well
 */
export function describeInspection(report: InspectionReport, flags: readonly string[]): string {
  const { file, onnx, inputs, outputs, cast, fixedInputs, form, weights, operators, triedAt, families } = report;
  const { channelsLast, normalisation } = report;
  const made = form && describeForm(form);
  const nodes = Object.values(operators).reduce((sum, count) => sum + count, 0);
  const most = Object.entries(operators).slice(0, SHOWN_OPERATORS);
  const rest = Object.keys(operators).length - most.length;
  const [fitting, fit] = Object.entries(families).find(([, { fits }]) => fits) ?? [];
  const sizes = triedAt.map(({ width, height }) => `${width}x${height}`).join(' and ');
  const width = Math.max(...[...inputs, ...outputs].map(({ name }) => name.length));
  return [
    `${file.path}: ${(file.bytes / 1e6).toFixed(1)} MB, ONNX opset ${onnx.opset ?? '?'} (IR ${onnx.irVersion}), made by ${onnx.producer}`,
    `  ${(weights.values / 1e6).toFixed(2)} million weights in ${weights.tensors} tensors${weightNotes(weights)}`,
    `  ${nodes} nodes: ${most.map(([name, count]) => `${count} ${name}`).join(', ')}${rest > 0 ? `, and ${rest} more kinds` : ''}`,
    '',
    ...inputs.map(input => `  in   ${input.name.padEnd(width)}  ${input.type} ${shape(input.dims)}`),
    ...outputs.map(output => `  out  ${output.name.padEnd(width)}  ${describeOutput(output)}`),
    ...(fixedInputs.length > 0
      ? [`  the file also takes ${fixedInputs.join(' and ')}, constant after "model add"`]
      : []),
    ...(channelsLast === undefined
      ? []
      : [`  the file has channels last at ${channelsLast}; "model add" makes them the first`]),
    ...(normalisation === undefined ? [] : [`  the graph ${describeNormalisation(normalisation)}`]),
    ...(made === undefined ? [] : [`  the file has ${made.file}; "model add" makes ${made.model} of them`]),
    ...(cast.length > 0 ? [`  the file has ${castTensors(cast)}; "model add" makes it float32`] : []),
    `  (values from noise at ${sizes})`,
    '',
    ...Object.entries(families).map(([name, { fits, because }]) =>
      fits ? `  ${name.padEnd(13)}fits: ${because.join('; ')}` : `  ${name.padEnd(13)}no: ${because.join('; ')}`,
    ),
    '',
    fitting === undefined
      ? 'No family fits; docs/adding-a-model.md says what each export looks like.'
      : `Next: ${ownName()} model add ${[file.path, '--family', fitting, ...flags].map(quoteArgument).join(' ')}`,
    ...(fit?.assumes === undefined
      ? []
      : [
          `      with the preprocessing of ${fit.assumes}; where it is another model's, name that with --preprocessing`,
        ]),
  ].join('\n');
}

function weightNotes({ listedAsInputs, files }: InspectionReport['weights']): string {
  const listed =
    listedAsInputs > 0 ? `, ${listedAsInputs} of them listed as graph inputs ("model add" mends that)` : '';
  const outside = files.length > 0 ? `, some in ${files.join(', ')} ("model add" makes one file of them)` : '';
  return listed + outside;
}

function describeOutput({ type, dims, seen, range, endings }: InspectionReport['outputs'][number]) {
  const declared = dims?.every(dim => typeof dim === 'number') ? '' : ` declared ${shape(dims)}`;
  const made = endings.length > 0 ? `, from ${endings.join(' and ')}` : '';
  const values = range === undefined ? 'no values' : `${range[0].toFixed(3)} to ${range[1].toFixed(3)}`;
  return `${type} ${shape(seen)}${declared}  ${values}${made}`;
}

function shape(dims: readonly (number | string)[] | undefined): string {
  return dims === undefined ? '[not said]' : `[${dims.join(', ')}]`;
}
