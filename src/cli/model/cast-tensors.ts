/** For a sentence: `float16 at images and output0`. */
export function castTensors(cast: readonly { name: string; type: string }[]): string {
  const types = [...new Set(cast.map(({ type }) => type))];
  return types.map(type => `${type} at ${names(cast.filter(one => one.type === type))}`).join(', ');
}

function names(tensors: readonly { name: string }[]): string {
  return tensors.map(({ name }) => name).join(' and ');
}
