/**
 * The tests' environment: whatever would change a resolution on the developer's machine is empty, which means unset.
 * grpc-js reads its roots file when it is loaded, so it has to be gone before any test file starts.
 */
export declare const environment: Record<string, string>
