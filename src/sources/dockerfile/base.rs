//! What base images and shells bring along.

use super::walk::Platform;

/// Variables that the system, the shell or the image's runtime supplies, so that nothing in a
/// Dockerfile has to define them. Names that end in `*` are prefixes.
///
/// From Docker's reference ("Predefined ARGs", "Environment replacement"), POSIX, bash's manual and the
/// Dockerfiles of the official images.
const AMBIENT: &str = "\
    PATH HOME HOSTNAME PWD OLDPWD USER LOGNAME SHELL SHLVL TERM LANG LANGUAGE LC_* TZ TMPDIR IFS \
    OPTARG OPTIND PPID UID EUID GROUPS RANDOM SECONDS LINENO REPLY BASH BASH_* FUNCNAME \
    PIPESTATUS HOSTTYPE MACHTYPE OSTYPE COLUMNS LINES EDITOR PS1 PS2 PS4 ZSH_* XDG_* LD_* \
    DEBIAN_FRONTEND CI HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY http_proxy \
    https_proxy ftp_proxy no_proxy all_proxy BUILDKIT_* SOURCE_DATE_EPOCH NODE_VERSION NODE_PATH \
    YARN_VERSION NVM_* NPM_CONFIG_* npm_* COREPACK_* PNPM_* BUN_* DENO_* PYTHON* PYENV* PIP_* VIRTUAL_ENV \
    POETRY_* UV_* CONDA_* MAMBA_* GPG_KEY GPG_KEYS GOLANG_VERSION GOPATH GOROOT GOBIN GOCACHE \
    GOMODCACHE GOFLAGS GOTOOLCHAIN GOOS GOARCH GOARM CGO_* JAVA_* JDK_* JRE_* MAVEN_* M2_HOME GRADLE_* \
    KOTLIN_* SCALA_* SBT_* ANT_HOME CATALINA_* TOMCAT_* JETTY_* JBOSS_* PHP_* PHPIZE_DEPS COMPOSER_* \
    APACHE_* NGINX_* NJS_* PKG_RELEASE DYNPKG_RELEASE ENTRYPOINT_* ACME_* HTTPD_* GEM_* BUNDLE_* \
    BUNDLER_* RUBY_* RUBYGEMS_* RAILS_* RBENV_* RVM_* CARGO_* RUSTUP_* RUST_* DOTNET_* ASPNET ASPNETCORE_* \
    NUGET_* POWERSHELL_* MIX_* HEX_* ELIXIR_* OTP_* REBAR* ERLANG_* SWIFT_* DART_* FLUTTER_* ANDROID_* \
    JULIA_* R_* RSTUDIO_* PERL_* LUA_* GHC_* STACK_* CABAL_* PG* POSTGRES_* GOSU_* SU_EXEC_* MYSQL_* MARIADB_* \
    MONGO_* REDIS_* NEO4J_* INFLUX* CADDY_* ERTS_* CUDA_* NV_* NVIDIA_* NCCL_* CUDNN_* TENSORRT_* ROS_* \
    AMENT_* COLCON_* SPARK_* HADOOP_* HIVE_* FLINK_* KAFKA_* ZOOKEEPER_* AIRFLOW_* JUPYTER_* NB_* \
    PLAYWRIGHT_* PUPPETEER_* CHROME_* SELENIUM_* LAMBDA_* AWS_LAMBDA_* FUNCTION_* ORACLE_* S6_* ALPINE_* \
    DEBIAN_* UBUNTU_* GRAFANA_* GF_* ELASTIC* KIBANA_* WORDPRESS_* DRUPAL_* GHOST_* SOLR_* HAPROXY_* VAULT_* \
    CONSUL_* EMSDK EM_* VCPKG_* QT_* STEAM APP_ROOT STI_* OPENSHIFT_* SUMMARY DESCRIPTION VIRTUALENV \
    ODBC LIBRARY_PATH PKG_CONFIG_* CMAKE_* CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS \
    VERSION_ID VERSION_CODENAME";

/// Variables that official images bring, each for its own language or server; `*` as above.
const OF_OFFICIAL_IMAGES: &str = "\
    NODE_VERSION YARN_VERSION PYTHON* GPG_KEY GPG_KEYS LANG LANGUAGE LC_* GOLANG_VERSION GOPATH \
    GOTOOLCHAIN JAVA_* JDK_* MAVEN_* GRADLE_* PHP_* PHPIZE_DEPS COMPOSER_* APACHE_* NGINX_* NJS_* ACME_* \
    PKG_RELEASE DYNPKG_RELEASE HTTPD_* GEM_* BUNDLE_* RUBY_* CARGO_* RUSTUP_* RUST_* DOTNET_* ASPNET* \
    NUGET_* POWERSHELL_* ELIXIR_* OTP_* REBAR* ERLANG_* SWIFT_* JULIA_* PERL_* GHC_* STACK_* CABAL_* PG* \
    GOSU_* MYSQL_* MARIADB_* MONGO_* REDIS_* CADDY_* XDG_* CATALINA_* TOMCAT_* BUN_* DENO_* RABBITMQ_* \
    HAPROXY_* DOCKER_* DIND_*";

/// Variables that the system, the shell or BuildKit supplies in every image.
const OF_EVERY_IMAGE: &str = "\
    HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy ftp_proxy no_proxy all_proxy \
    BUILDKIT_* TERM LOGNAME GROUPS BASH BASH_* FUNCNAME HOSTTYPE MACHTYPE OSTYPE COLUMNS LINES PS1 PS2 PS4";

fn is_listed(list: &str, name: &str) -> bool {
    list.split(' ').any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == known,
    })
}

/// Whether something else than the Dockerfile supplies the variable as a rule.
pub(super) fn is_ambient(name: &str) -> bool {
    is_listed(AMBIENT, name)
}

/// Whether the system or shell supplies the variable whatever the image, so that nobody configures it.
pub(super) fn is_of_the_system(name: &str) -> bool {
    matches!(
        name,
        "PATH"
            | "HOME"
            | "HOSTNAME"
            | "PWD"
            | "OLDPWD"
            | "USER"
            | "SHELL"
            | "SHLVL"
            | "IFS"
            | "OPTARG"
            | "OPTIND"
            | "PPID"
            | "UID"
            | "EUID"
            | "RANDOM"
            | "LINENO"
            | "REPLY"
            | "PIPESTATUS"
            | "BASH_SOURCE"
            | "BASHPID"
            | "SECONDS"
    )
}

/// The arguments that BuildKit itself declares before the first `FROM` (Docker's reference, "Automatic
/// platform ARGs in the global scope"). A stage sees one only behind its own `ARG`.
pub(super) fn is_automatic(name: &str) -> bool {
    matches!(
        name,
        "BUILDPLATFORM"
            | "BUILDOS"
            | "BUILDOSVERSION"
            | "BUILDARCH"
            | "BUILDVARIANT"
            | "TARGETPLATFORM"
            | "TARGETOS"
            | "TARGETOSVERSION"
            | "TARGETARCH"
            | "TARGETVARIANT"
            | "TARGETSTAGE"
    )
}

/// What is known about the environment that an image brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Environment<'a> {
    /// Nothing but `PATH`.
    Bare,
    /// What the image of this name needs itself.
    Own(&'a str),
    /// Anything.
    Unknown,
}

/// Images that bring no variables of their own.
const BARE: &str = "\
    scratch alpine debian ubuntu busybox fedora centos rockylinux almalinux amazonlinux \
    archlinux oraclelinux photon opensuse/leap opensuse/tumbleweed";

/// Official images, whose variables begin with their own name or are listed above.
const OFFICIAL: &str = "\
    amazoncorretto bash buildpack-deps caddy composer docker eclipse-temurin elixir erlang gcc \
    golang gradle haproxy haskell httpd julia mariadb maven memcached mongo mysql nginx node \
    openjdk oven/bun perl php postgres python rabbitmq redis ruby rust swift tomcat \
    nginxinc/nginx-unprivileged denoland/deno";

/// What is known about the environment of an image reference.
pub(super) fn environment(image: &str) -> Environment<'_> {
    let name = image.split('@').next().unwrap_or(image);
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    };
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    if BARE.split(' ').any(|bare| bare == name) || name.starts_with("gcr.io/distroless/") {
        Environment::Bare
    } else if OFFICIAL.split(' ').any(|official| official == name)
        || name.starts_with("mcr.microsoft.com/dotnet/")
    {
        Environment::Own(name)
    } else {
        Environment::Unknown
    }
}

/// Whether an image with this environment may define the variable.
pub(super) fn may_define(environment: Environment<'_>, name: &str) -> bool {
    let is_everywhere = is_of_the_system(name) || is_listed(OF_EVERY_IMAGE, name);
    match environment {
        Environment::Unknown => true,
        Environment::Bare => is_everywhere,
        Environment::Own(image) => {
            let first = name.split('_').next().unwrap_or(name).to_ascii_lowercase();
            is_everywhere || is_listed(OF_OFFICIAL_IMAGES, name) || image.contains(&first)
        }
    }
}

/// Whether commands in an image run in a Windows shell unless `SHELL` says otherwise.
pub(super) fn platform(image: Option<&str>, escape: char) -> Platform {
    let is_windows = image.is_some_and(|image| {
        let image = image.to_ascii_lowercase();
        ["windows", "nanoserver", "servercore", "winamd64"].iter().any(|word| image.contains(word))
    });
    if is_windows || escape == '`' { Platform::Other } else { Platform::Posix }
}
