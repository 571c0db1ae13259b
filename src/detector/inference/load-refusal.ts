/** Where in ONNX Runtime's sources it was thrown, and the function's signature. */
const PLACE = /^\/\S+\.(?:cc|h):\d+ .*?\) (?=[A-Z])/;

const WAYS_OUT: readonly [message: RegExp, wayOut: (limit: string) => string][] = [
  [/max supported IR version: (\d+)/, limit => `set model.ir_version = ${limit} and save it again`],
  [/official support for domain ai\.onnx is till opset (\d+)/, limit => `export it with opset ${limit} or lower`],
  [/tensor\(bfloat16\)/, () => 'the CPU has no such operator of bfloat16: export it with float32'],
];

/** Why ONNX Runtime does not take a graph, and the way out where one is known, without a full stop. */
export function loadRefusal(message: string): string {
  const reason = message.trim().replace(PLACE, '').replace(/\.+$/, '');
  for (const [known, wayOut] of WAYS_OUT) {
    const found = known.exec(reason);
    if (found !== null) return `${reason}; ${wayOut(found[1] ?? '')}`;
  }
  return reason;
}
