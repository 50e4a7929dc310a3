import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { freePort } from './process.ts';

/** A service in a container. */
export interface Contained {
  readonly address: string;
  close(): Promise<void>;
}

const KAFKA_IMAGE = process.env.TEST_KAFKA_IMAGE ?? 'apache/kafka:4.4.0';
const REDIS_IMAGE = process.env.TEST_REDIS_IMAGE ?? 'redis:7.4-alpine';

/** Redis in a container. */
export async function containedRedis(): Promise<Contained> {
  const container = await new GenericContainer(REDIS_IMAGE).withExposedPorts(6_379).start();
  return contained(container, `redis://${container.getHost()}:${container.getMappedPort(6_379)}`);
}

/** Kafka in a container, one node. The port is chosen beforehand: a broker must tell its clients the address they see. */
export async function containedKafka(): Promise<Contained> {
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
  const port = await freePort();
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: 9_092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,BROKER://localhost:9094,CONTROLLER://localhost:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port},BROKER://localhost:9094`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_MESSAGE_MAX_BYTES: '12582912',
      KAFKA_REPLICA_FETCH_MAX_BYTES: '12582912',
      CLUSTER_ID: 'MkU3OEVBNTcwNTJENDM2Qk',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start();
  return contained(container, `${host}:${port}`);
}

function contained(container: StartedTestContainer, address: string): Contained {
  return { address, close: async () => void (await container.stop({ timeout: 0 })) };
}
