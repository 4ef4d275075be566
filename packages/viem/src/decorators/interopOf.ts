/**
 * What another decorator has put under `interop` before: the `extend` of older versions of viem replaces a member as a whole,
 * and a client that is extended by both decorators should have the actions of both.
 */
export function interopOf(client: object): object {
  return (client as { interop?: object }).interop ?? {};
}
