/** The datatypes of the protocol that are used here. https://github.com/kserve/open-inference-protocol, "Tensor Data Types" */
export type Datatype = 'BYTES' | 'FP32' | 'INT32';

/** An output tensor: values in row-major order. */
export interface OutputTensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  data: (number | string)[];
}
