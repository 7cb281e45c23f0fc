import Hummingbird

/// The page for people, and what it is made of.
struct PageRoutes: Sendable {
  func add(to router: Router<BasicRequestContext>) {
    for (path, type, bytes) in [
      ("", "text/html", PackageResources.page_html), ("page.css", "text/css", PackageResources.page_css),
      ("page.js", "text/javascript", PackageResources.page_js),
    ] {
      let body = ByteBuffer(bytes: bytes)
      router.get(RouterPath(path)) { _, _ in
        Response(
          status: .ok,
          headers: [
            .contentType: "\(type); charset=utf-8", .cacheControl: "no-cache",
            .contentSecurityPolicy: "default-src 'self'; img-src data:; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
          ],
          body: ResponseBody(byteBuffer: body))
      }
    }
  }
}
