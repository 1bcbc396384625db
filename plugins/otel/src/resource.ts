import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector
} from '@opentelemetry/resources'

/** What a process is called that nobody gave a name. */
const SERVICE_NAME = 'sluice'

/**
 * Who this process is: what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say, before what can be detected. The command
 * line is left out, as a secret may stand in it.
 */
export const detectResource = (): Resource => {
  const detectors = [serviceInstanceIdDetector, hostDetector, osDetector, withoutCommandLine(), envDetector]
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': SERVICE_NAME }))
    .merge(detectResources({ detectors }))
}

const withoutCommandLine = (): typeof processDetector => ({
  detect: () => {
    const { attributes = {} } = processDetector.detect()
    return {
      attributes: Object.fromEntries(
        Object.entries(attributes).filter(([name]) => !name.startsWith('process.command') && name !== 'process.owner')
      )
    }
  }
})
