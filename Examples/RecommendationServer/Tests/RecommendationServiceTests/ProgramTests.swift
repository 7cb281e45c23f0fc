import Foundation
import Testing

/// The program itself, over sockets.
@Suite(.timeLimit(.minutes(2))) struct ProgramTests {
  private let shop: Shop

  init() throws { shop = try Shop() }

  @Test(arguments: [SIGTERM, SIGINT])
  func servesUntilASignal(signal: Int32) throws {
    let program = try Program(serving: shop)
    let text = try #require(program.answer(to: "/users/1001/recommendations?count=3"))
    #expect(text.hasPrefix("HTTP/1.1 200 "))
    let body = try #require(text.components(separatedBy: "\r\n\r\n").last)
    #expect(try JSONDecoder().decode(Items.self, from: Data(body.utf8)).items.count == 3)
    // Idle, and kept alive: nothing to wait for.
    let idle = try #require(RawConnection(port: program.port))
    #expect(idle.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    program.send(signal)
    #expect(program.statusAtExit() == 0)
    #expect(RawConnection(port: program.port) == nil)
  }

  /// What has begun is finished, and nothing else is begun.
  @Test func requestsUnderWayAreFinished() throws {
    let program = try Program(serving: shop)
    let body = #"{"history": ["0A", "20001"], "count": 4}"#
    let slow = try #require(RawConnection(port: program.port))
    #expect(
      slow.send("POST /recommendations HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"))
    #expect(slow.send(String(body.prefix(7))))
    #expect(program.waits(until: { program.answer(to: "/metrics")?.contains("http_requests_under_way 2\n") == true }))
    program.send(SIGTERM)
    #expect(program.waits(until: { RawConnection(port: program.port) == nil }))
    #expect(program.isRunning)
    #expect(slow.send(String(body.dropFirst(7))))
    let answer = try #require(slow.receiveAll())
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
    let items = try JSONDecoder().decode(
      Items.self, from: Data(answer.components(separatedBy: "\r\n\r\n").last!.utf8)
    ).items
    #expect(items.count == 4)
    #expect(program.statusAtExit() == 0)
  }

  @Test func whoNeverFinishesIsNotWaitedForForever() throws {
    let program = try Program(serving: shop, options: ["--shutdown-timeout", "0.3"])
    let stuck = try #require(RawConnection(port: program.port))
    #expect(stuck.send("POST /recommendations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{"))
    // A little at a time, so that the connection is never idle.
    Thread { while stuck.send(" ") { usleep(50_000) } }.start()
    #expect(program.waits(until: { program.answer(to: "/metrics")?.contains("http_requests_under_way 2\n") == true }))
    program.send(SIGTERM)
    #expect(program.statusAtExit() == 0)
  }

  @Test func filesThatAreNotThere() throws {
    do {
      _ = try Program(["no-such.safetensors", "--port", "0"])
      Issue.record("there is nothing to serve")
    } catch let failure as Program.DidNotStart {
      #expect(failure.status != 0)
      #expect(failure.errors.contains("no-such.safetensors"))
    }
  }

  @Test func aPortThatIsTaken() throws {
    let program = try Program(serving: shop)
    do {
      _ = try Program([shop.files.model, "--port", "\(program.port)"])
      Issue.record("two servers listen at one port")
    } catch let failure as Program.DidNotStart {
      #expect(failure.status != 0)
      #expect(failure.errors.contains("\(program.port)"), "\(failure.errors)")
    }
  }
}
