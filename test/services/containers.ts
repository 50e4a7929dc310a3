import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';

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

/** The image's own start script learns the mapped port only after the container has started, so it waits for a file that tells it. */
const WAITING = 'while [ ! -f /var/start.sh ]; do sleep 0.1; done; exec sh /var/start.sh';

/** Kafka in a container, one node. */
export async function containedKafka(): Promise<Contained> {
  const container = await new KafkaContainer(KAFKA_IMAGE)
    .withExposedPorts(9_092)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,BROKER://localhost:9094,CONTROLLER://localhost:9093',
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
    .withCommand(['sh', '-c', WAITING])
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start();
  return contained(container, `${container.getHost()}:${container.getMappedPort(9_092)}`);
}

class KafkaContainer extends GenericContainer {
  protected override async containerStarted(container: StartedTestContainer): Promise<void> {
    const outside = `PLAINTEXT://${container.getHost()}:${container.getMappedPort(9_092)}`;
    const content = `export KAFKA_ADVERTISED_LISTENERS=${outside},BROKER://localhost:9094\nexec /etc/kafka/docker/run\n`;
    await container.copyContentToContainer([{ content, target: '/var/start.sh', mode: 0o755 }]);
  }
}

function contained(container: StartedTestContainer, address: string): Contained {
  return { address, close: async () => void (await container.stop({ timeout: 0 })) };
}
