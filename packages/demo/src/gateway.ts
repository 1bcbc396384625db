/** A running gateway. */
export interface Gateway {
  close(): Promise<void>
}

/**
 * Starts Sluice.
 *
 * @param configFile Path of the YAML file.
 * @param env What `${NAME}` in it is replaced with.
 * @throws Error when the configuration is wrong or a port is taken.
 */
export const startGateway = (_configFile: string, _env: NodeJS.ProcessEnv): Promise<Gateway> =>
  Promise.reject(new Error('This build has no gateway. Run the demonstration from a release.'))
