/** Milliseconds since 1970, as the log of the service has them, with fractions. */
export const now = () => performance.timeOrigin + performance.now();
