import AlertFeed
import CMalloc
public import Configuration
public import Detection
import Foundation
import Ledger
import LedgerStore
import Line
public import Logging
import MQTTTransport
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The agent: the line on one thread, the feed on another, a watchdog over both.
public struct AgentRuntime: Sendable {
    private let configuration: SiteConfiguration
    private let source: ConfigurationSource
    private let log: Logger
    private let startWait: Duration

    /// Makes an agent for a site.
    ///
    /// - Parameters:
    ///   - configuration: as it was read.
    ///   - source: reads it anew, for a reload.
    ///   - startWait: how long the broker may be unreachable at start.
    public init(
        configuration: SiteConfiguration, source: ConfigurationSource, log: Logger,
        startWait: Duration
    ) {
        self.configuration = configuration
        self.source = source
        self.log = log
        self.startWait = startWait
    }

    /// Runs until SIGTERM or SIGINT, or until something ends it.
    public func run() async throws(AgentFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.stateDirectory, withIntermediateDirectories: true)
        } catch {
            throw AgentFailure(
                .ledgerUnusable, "\(configuration.stateDirectory): cannot be made: \(error)")
        }
        let services = try makeServices()
        // Reading the configuration took many times the memory that its result needs.
        malloc_trim(0)
        do {
            try await ServiceGroup(
                configuration: .init(
                    services: services.map { .init(service: $0) },
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
            ).run()
        } catch let failure as AgentFailure {
            throw failure
        } catch {
            throw AgentFailure(.software, "\(error)")
        }
    }

    private func makeServices() throws(AgentFailure) -> [any Service] {
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        let clock = LineClock()
        let board = StatusBoard(site: configuration.site, configurationHash: configuration.hash)
        let feedWake = WakeHandle()
        let lineWake = WakeHandle()
        let desk = ControlDesk(wake: lineWake)
        let reloader = Reloader(load: source, desk: desk, log: log)
        let files = LedgerFiles(configuration.stateDirectory)
        let line = LineContext(
            configuration: configuration,
            settings: try .make(
                configuration.broker, clientID: configuration.broker.clientID,
                isPersistent: true),
            ledgerPath: files.ledger, clock: clock, board: board, wake: lineWake,
            feedWake: feedWake, desk: desk, stop: StopFlag(), log: log, startWait: startWait)
        let feed = FeedContext(
            plan: try feedPlan(board: board, clock: clock), files: files,
            key: try signingKey(files),
            feedPath: configuration.stateDirectory + "/feed.sqlite", clock: clock, board: board,
            wake: feedWake, stop: StopFlag(), log: log)
        let ready = StartSignal()
        return [
            FeedService(context: feed, ready: ready),
            ReloadService(reloader: reloader),
            ControlService(
                path: ControlService.path(in: configuration.stateDirectory), desk: desk,
                reloader: reloader,
                ready: ready, stop: StopFlag(), wake: WakeHandle(), log: log),
            LineService(context: line, ready: ready, manager: manager),
            WatchdogService(manager: manager, board: board, clock: clock, log: log),
        ]
    }

    /// The key that signs checkpoints. A ledger may have none; one that others may read is refused.
    private func signingKey(_ files: LedgerFiles) throws(AgentFailure) -> LedgerKey? {
        guard FileManager.default.fileExists(atPath: files.privateKey) else {
            log.warning(
                """
                the ledger has no key: alerts carry no checkpoint, and nobody can witness the \
                ledger; tocsin ledger init makes one
                """)
            return nil
        }
        do throws(StoreFailure) {
            return try LedgerKey(path: files.privateKey)
        } catch {
            throw AgentFailure(error)
        }
    }

    private func feedPlan(
        board: StatusBoard, clock: LineClock
    ) throws(AgentFailure) -> MQTTChannel.Plan {
        let site = configuration.site
        let topics = configuration.topics
        let statusTopic = topics.status.topic(site: site)
        var settings = try ConnectionSettings.make(
            configuration.broker, clientID: configuration.broker.clientID + "-feed",
            isPersistent: false)
        settings.will = .init(
            topic: statusTopic,
            payload: board.current.message(at: clock.now(), state: "lost").orderedBytes)
        return MQTTChannel.Plan(
            site: site, alertTopic: { topics.alerts.topic(site: site, equipment: $0) },
            stateTopic: { topics.state.topic(site: site, equipment: $0) },
            statusTopic: statusTopic, connection: settings)
    }
}
