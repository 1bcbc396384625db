/** Where each part listens if the port is free. */
export const DEFAULT_PORTS = { gateway: 8080, admin: 9090, entra: 8090, server: 3001 }
