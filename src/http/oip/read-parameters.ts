import type { LoadedManifest } from '../../detector/contract.ts';
import { type DetectionRequest, type GivenOption, readOptions } from '../options.ts';

/** Parameters of the protocol and of its clients that mean nothing here. */
const IGNORED = [
  ...['binary_data_output', 'content_type', 'headers', 'priority', 'timeout'],
  ...['sequence_id', 'sequence_start', 'sequence_end', 'triton_enable_empty_final_response'],
];

/**
 * The options of a detection among the `parameters` of a request; they are what `POST /detect` has, but for `model` and
 * `include`, which the path and the outputs say. Throws `invalid_request` for a parameter that nobody knows.
 */
export function readParameters(parameters: Record<string, unknown>, model: LoadedManifest): DetectionRequest {
  const given: GivenOption[] = Object.entries(parameters)
    .filter(([name]) => !IGNORED.includes(name))
    .map(([name, value]) => ({ name: name === 'model' || name === 'include' ? `parameters.${name}` : name, value }));
  return readOptions(given, [model]);
}
