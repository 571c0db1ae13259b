// AssemblyScript: compiled to WebAssembly with SIMD by `npm run build`; src/detector/image/sampling-wasm.ts loads it.
export { sampleRows } from './bilinear';
export { acrossCubic, downCubic } from './cubic';
