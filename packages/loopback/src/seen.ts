export type { RecordedRequest as SeenRequest, RecordedToken as SeenToken } from '@client-options/testing'
