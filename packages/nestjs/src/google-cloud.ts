export {
  type GoogleCloudClient,
  type GoogleCloudExtras,
  GoogleCloudModule,
} from './google-cloud/google-cloud-module.ts'
export { type GoogleCloudHealth, googleCloudHealth } from './google-cloud/health.ts'
export { getClientToken, InjectClient } from './google-cloud/client-token.ts'
export { getAuthClientToken, NOTICES_LOGGER, TRACER_PROVIDER } from './google-cloud/from-container.ts'
