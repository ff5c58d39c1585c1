export { type GrpcHandler, type GrpcMethods, startGrpcServer } from './servers/grpc-server.ts'
