// ONNX Runtime's Linux build sends telemetry unless this is set before its library loads (#27379), so session.ts imports
// this file first. The service also sets it in the environment of every engine it starts.
process.env.ORT_DISABLE_TELEMETRY = '1';
